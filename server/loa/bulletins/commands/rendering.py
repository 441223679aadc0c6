"""What a channel says otherwise than derived, while the wording is a draft."""

from datetime import datetime

from loa.bulletins import holding, rendering, rules
from loa.bulletins.models import Bulletin, Rendition, Revision
from loa.bulletins.refusals import RenditionChanged, RenditionStands, check_rendition
from loa.bulletins.rules.renditions import LIMITS, RECIPE, Form, Words
from loa.bulletins.rules.sealing import source_sha256
from loa.kernel.command import command, note
from loa.kernel.scope import Scope

_WHY = "the command checked the right"


@command("bulletins.write")
def edit_rendition(
    scope: Scope, bulletin: Bulletin, /, *, form: Form, title: str, body: str, seen: str, now: datetime
) -> None:
    """Let a channel say this. What equals the derived words is not kept: it goes on following the text.

    `seen` is `Shown.seen` of what the person had before them: `RenditionChanged` when it is no longer so.
    `RenditionStands` once the wording was handed in; refusals of `check_rendition`.
    """
    draft = _draft(bulletin)
    shown = _unchanged(draft, form, seen)
    limit = LIMITS[form]
    words = Words(
        form=form,
        title=rules.line(title) if limit.title else "",
        body=rules.line(body) if limit.rows == 1 else _trimmed(rules.body(body)),
    )
    check_rendition(words)
    rows = Rendition.objects.unscoped(_WHY).filter(revision=draft, form=form)
    if words == shown.derived:
        rows.delete()
    else:
        Rendition.objects.unscoped(_WHY).update_or_create(
            revision=draft,
            form=form.value,
            defaults={
                "title": words.title,
                "body": words.body,
                "source_sha256": source_sha256(rendering.source_of(draft)),
                "recipe": RECIPE,
                "is_edited": True,
                "written_by": scope.actor.id,
                "changed_at": now,
            },
        )
    note(form=form.value, number=draft.number)


@command("bulletins.write")
def keep_rendition(scope: Scope, bulletin: Bulletin, /, *, form: Form, seen: str, now: datetime) -> None:
    """Say that edited words still hold although the text changed. Refusals as for `edit_rendition`."""
    draft = _draft(bulletin)
    _unchanged(draft, form, seen)
    Rendition.objects.unscoped(_WHY).filter(revision=draft, form=form).update(
        source_sha256=source_sha256(rendering.source_of(draft)), written_by=scope.actor.id, changed_at=now
    )
    note(form=form.value, number=draft.number)


@command("bulletins.write")
def derive_rendition(_scope: Scope, bulletin: Bulletin, /, *, form: Form, seen: str) -> None:
    """Give up what was edited: the channel follows the text again. Refusals as for `edit_rendition`."""
    draft = _draft(bulletin)
    _unchanged(draft, form, seen)
    Rendition.objects.unscoped(_WHY).filter(revision=draft, form=form).delete()
    note(form=form.value, number=draft.number)


def _draft(bulletin: Bulletin) -> Revision:
    """Return the present wording, held; `RenditionStands` unless it is a draft."""
    held = holding.hold(bulletin)
    current: Revision = Revision.objects.unscoped(_WHY).select_related("bulletin__unit").get(pk=held.current_id)
    if held.state != rules.State.DRAFT or current.state != rules.RevisionState.DRAFT:
        raise RenditionStands
    return current


def _unchanged(draft: Revision, form: Form, seen: str) -> rendering.Shown:
    shown = rendering.shown(draft)[form]
    if shown.seen != seen:
        raise RenditionChanged
    return shown


def _trimmed(body: str) -> str:
    """Return a text whose lines have nothing invisible at their ends, and no more than one empty line between them."""
    lines: list[str] = []
    for line in (" ".join(one.split()) for one in body.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()
