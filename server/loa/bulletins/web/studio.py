"""The page on which a bulletin's sound is put together, and the tunes of a unit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from loa.bulletins import commands, queries, rules
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.rules import cutting
from loa.bulletins.web import parts
from loa.bulletins.web.parts import Desk
from loa.kernel import clock
from loa.kernel.errors import Refusal, WrongState
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import commands as keeping
from loa.media import editing, intake, speech
from loa.media import queries as media
from loa.media.models import Clip, Tune
from loa.media.rules import PreparedClip, TuneUse

SENTENCES_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A part with what the page draws of it."""

    number: int
    line: parts.Line
    clip: Clip | None
    from_s: float
    to_s: float

    @property
    def place(self) -> str:
        """Return its number as part of a name."""
        return str(self.number)


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def studio(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Cut, join and order sound, record parts anew, lay tunes around and below; hear it; keep it."""
    bulletin, current = _open(request, bulletin_id)
    if request.method == "GET":
        return _page(request, bulletin, _present(request, current), status=200)
    desk = parts.read(request.POST)
    try:
        desk = _acted(request, bulletin, current, desk)
        made = None
        if request.POST.get("action") in {"hear", "save"}:
            made = editing.render(request.scope, desk.edit, unit_path=bulletin.scope_path)
        if made is not None and request.POST.get("action") == "save":
            return _kept(request, bulletin, current, desk, made)
    except Refusal as refusal:
        return _page(request, bulletin, desk, status=422, refusal=str(refusal))
    return _page(request, bulletin, desk, status=200, made=made)


def _open(request: DeskRequest, bulletin_id: uuid.UUID) -> tuple[Bulletin, Revision]:
    bulletin = queries.get(request.scope, bulletin_id)
    demand(request.scope, "bulletins.write", path=bulletin.scope_path, place=bulletin.unit.name)
    if bulletin.state not in rules.EDITABLE or bulletin.current is None:
        raise WrongState
    return bulletin, bulletin.current


def _present(request: DeskRequest, current: Revision) -> Desk:
    clip = media.visible(request.scope).filter(pk=current.clip_id).first() if current.clip_id else None
    return parts.begin(clip, media.edit_of(clip) if clip is not None else None)


def _acted(request: DeskRequest, bulletin: Bulletin, current: Revision, desk: Desk) -> Desk:
    """Return the desk after the button that was pressed."""
    action = request.POST.get("action", "")
    verb, _, told = action.partition("-")
    if action == "add":
        clip = _taken(request, bulletin, "new")
        return desk if clip is None else replace(desk, lines=[*desk.lines, parts.whole(clip)])
    if action == "sentences":
        return replace(desk, lines=_sentences(request, bulletin, current), gap_ms=desk.gap_ms or parts.GAPS_MS[1])
    if verb in {"retake", "speak"} and told.isdecimal() and int(told) < len(desk.lines):
        place = int(told)
        if verb == "retake":
            take = _taken(request, bulletin, f"take-{place}")
        else:
            take = _spoken(request, bulletin, desk.lines[place].words)
        return desk if take is None else parts.retaken(desk, place, take)
    return parts.moved(desk, action)


def _sentences(request: DeskRequest, bulletin: Bulletin, current: Revision) -> Sequence[parts.Line]:
    """Return the text spoken sentence by sentence, so that each can be taken anew; what is beyond stays together."""
    found = cutting.sentences(current.text)
    if len(found) > SENTENCES_MOST:
        found = [*found[: SENTENCES_MOST - 1], " ".join(found[SENTENCES_MOST - 1 :])]
    return [parts.whole(_spoken(request, bulletin, sentence), sentence) for sentence in found]


def _spoken(request: DeskRequest, bulletin: Bulletin, words: str) -> Clip:
    voice = request.POST.get("voice") or speech.DEFAULT_VOICE
    return keeping.keep(request.scope, bulletin.unit, prepared=speech.speak(words, voice=voice))


def _taken(request: DeskRequest, bulletin: Bulletin, name: str) -> Clip | None:
    """Return the recording that came in this field, kept for the unit; None when none came."""
    upload = request.FILES.get(name)
    if not isinstance(upload, TemporaryUploadedFile):
        return None
    try:
        prepared = intake.from_upload(Path(upload.temporary_file_path()))
    except Refusal as refusal:
        keeping.turn_away_sound(
            request.scope, bulletin.unit, refusal=refusal, name=upload.name or "", size_bytes=upload.size or 0
        )
        raise
    return keeping.keep(request.scope, bulletin.unit, prepared=prepared)


def _kept(request: DeskRequest, bulletin: Bulletin, current: Revision, desk: Desk, made: PreparedClip) -> HttpResponse:
    clip = keeping.keep_edit(request.scope, bulletin.unit, prepared=made, edit=desk.edit)
    commands.revise(
        request.scope, bulletin, title=current.title, text=current.text, clip_id=clip.pk, voice=made.voice,
        now=clock.now(),
    )  # fmt: skip
    return redirect(reverse("bulletins:edit", args=[bulletin.pk]) + "#listen")


def _page(
    request: DeskRequest,
    bulletin: Bulletin,
    desk: Desk,
    *,
    status: int,
    refusal: str = "",
    made: PreparedClip | None = None,
) -> HttpResponse:
    named = desk.edit.clips
    clips = {clip.sha256: clip for clip in media.visible(request.scope).filter(sha256__in=named)}
    tunes = list(media.tunes_for(bulletin.scope_path))
    rows = [
        Row(
            number=number,
            line=line,
            clip=clips.get(line.part.sha256),
            from_s=line.part.from_ms / 1000,
            to_s=line.part.to_ms / 1000,
        )
        for number, line in enumerate(desk.lines)
    ]
    facts = {
        "bulletin": bulletin,
        "desk": desk,
        "rows": rows,
        "made": made,
        "refusal": refusal,
        "voices": speech.voices(),
        "chosen_voice": request.POST.get("voice", ""),
        "gains": parts.GAINS_DB,
        "gaps": parts.GAPS_MS,
        "unders": parts.UNDER_DB,
        "intros": _of(tunes, TuneUse.INTRO),
        "outros": _of(tunes, TuneUse.OUTRO),
        "backgrounds": _of(tunes, TuneUse.UNDER),
        "has_text": bool(bulletin.current and bulletin.current.text),
    }
    return render(request, "bulletins/studio.html", facts, status=status)


def _of(tunes: Sequence[Tune], use: TuneUse) -> list[Tune]:
    return [tune for tune in tunes if tune.use == use]
