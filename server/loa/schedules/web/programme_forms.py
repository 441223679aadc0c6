"""An entry of the programme as a form: what, when it comes again, where, from when on."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loa.orgs.models import Unit
from loa.schedules import programme
from loa.schedules.models import EntryVersion
from loa.schedules.rules.entries import ENTRY_TITLE_LONGEST, FRAME_LONGEST, EntryKind
from loa.schedules.rules.recurrence.parts import WEEKDAYS
from loa.schedules.rules.slots import ZONE
from loa.schedules.wishes import Wish

_LONGEST_MIN = int(FRAME_LONGEST / timedelta(minutes=1))
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
DAY_NAMES = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
REPEATS = (
    ("daily", _("Every day")),
    ("weekly", _("On days of the week")),
    ("monthly", _("On a day of the month")),
    ("lunar", _("On days of the lunar month")),
    ("once", _("Once")),
    ("rule", _("By a rule of its own")),
)
_DAYS_WIDGET = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "02/09/2026, 03/09/2026"})


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryForm(forms.Form):
    """All that an entry says."""

    kind = forms.ChoiceField(
        label=_("What is heard?"),
        choices=[
            ("bulletin", _("A bulletin")),
            ("music", _("Music or a recorded piece")),
            ("relay", _("A relay of another station")),
            ("answers", _("Answers to citizens, read out")),
        ],
    )
    bulletin = forms.TypedChoiceField(label=_("Bulletin"), required=False, coerce=uuid.UUID, empty_value=None)
    clip = forms.TypedChoiceField(label=_("Piece"), required=False, coerce=uuid.UUID, empty_value=None)
    source = forms.TypedChoiceField(label=_("Station"), required=False, coerce=uuid.UUID, empty_value=None)
    title = forms.CharField(label=_("Name in the programme"), required=False, max_length=ENTRY_TITLE_LONGEST)
    at = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    frame = forms.IntegerField(label=_("Frame in minutes"), min_value=1, max_value=_LONGEST_MIN, initial=15)
    repeat = forms.ChoiceField(label=_("How often?"), choices=REPEATS, initial="daily")
    weekdays = forms.MultipleChoiceField(
        label=_("Days of the week"), required=False, choices=list(zip(WEEKDAYS, DAY_NAMES, strict=True))
    )
    month_day = forms.IntegerField(label=_("Day of the month"), required=False, min_value=1, max_value=31)
    lunar_days = forms.CharField(label=_("Days of the lunar month"), required=False, max_length=40)
    rule = forms.CharField(label=_("Rule (RFC 5545)"), required=False, max_length=400)
    start_on = forms.DateField(label=_("First day"), widget=_date())
    until_on = forms.DateField(label=_("Last day"), required=False, widget=_date())
    skips_holidays = forms.BooleanField(label=_("Not on public holidays"), required=False)
    left_out = forms.CharField(label=_("Not on these days"), required=False, max_length=1400, widget=_DAYS_WIDGET)
    extra = forms.CharField(label=_("Also on these days"), required=False, max_length=1400, widget=_DAYS_WIDGET)
    move_day = forms.DateField(label=_("Day to move"), required=False, widget=_date())
    move_to = forms.DateField(label=_("To this day"), required=False, widget=_date())
    move_at = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reach = forms.ChoiceField(
        label=_("Where?"), choices=[("all", _("Everywhere in the unit")), ("chosen", _("On chosen stations"))],
        initial="all",
    )  # fmt: skip
    stations = forms.MultipleChoiceField(label=_("Stations"), required=False)
    from_on = forms.DateField(label=_("Holds from"), required=False, widget=_date())

    def __init__(
        self, *args: Any, pieces: Mapping[str, Sequence[tuple[str, str]]], below: Sequence[Unit] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.below = {unit.code: unit for unit in below}
        self.moves: dict[date, datetime] = {}
        for name in ("bulletin", "clip", "source"):
            self.fields[name].choices = [("", _("Choose one")), *pieces.get(name, ())]  # type: ignore[attr-defined]  # a choice field
        self.fields["stations"].choices = [(code, unit.name) for code, unit in self.below.items()]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """Ask for what each choice promises, and read the days."""
        cleaned = super().clean() or {}
        wanted = {"bulletin": "bulletin", "music": "clip", "relay": "source"}.get(cleaned.get("kind", ""), "")
        if wanted and not cleaned.get(wanted) and not self.has_error(wanted):
            self.add_error(wanted, gettext("Choose what is to be heard."))
        asked = {"weekly": "weekdays", "monthly": "month_day", "lunar": "lunar_days", "rule": "rule"}
        name = asked.get(cleaned.get("repeat", ""), "")
        if name and not cleaned.get(name) and not self.has_error(name):
            self.add_error(name, gettext("Say on which days."))
        if cleaned.get("reach") == "chosen" and not cleaned.get("stations") and not self.has_error("stations"):
            self.add_error("stations", gettext("Choose at least one station."))
        first, last = cleaned.get("start_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", gettext("The last day comes before the first."))
        for days in ("left_out", "extra"):
            cleaned[f"{days}_days"] = self._days(days, cleaned.get(days, ""))
        if cleaned.get("repeat") == "lunar" and cleaned.get("lunar_days"):
            self._lunar(cleaned)
        return cleaned

    def wish(self) -> Wish:
        """Return what the form says."""
        said = self.cleaned_data
        kind = EntryKind(said["kind"])
        moves = dict(self.moves)
        if said["move_day"] and (said["move_to"] or said["move_at"]):
            moves[said["move_day"]] = datetime.combine(
                said["move_to"] or said["move_day"], said["move_at"] or said["at"], tzinfo=ZONE
            )
        return Wish(
            kind=kind,
            title=said["title"],
            bulletin_id=said["bulletin"] if kind is EntryKind.BULLETIN else None,
            clip_id=said["clip"] if kind is EntryKind.MUSIC else None,
            source_id=said["source"] if kind is EntryKind.RELAY else None,
            stations=[self.below[code] for code in said["stations"]] if said["reach"] == "chosen" else None,
            at=said["at"],
            frame=timedelta(minutes=said["frame"]),
            rule=rule_text(said),
            start_on=said["start_on"],
            left_out=said["left_out_days"],
            extra=said["extra_days"],
            moves=moves,
            skips_holidays=said["skips_holidays"],
            from_on=said["from_on"],
        )

    def _days(self, name: str, words: str) -> list[date]:
        """Read days as people write them: 02/09/2026, with commas or blanks between."""
        found: list[date] = []
        for piece in re.split(r"[,;\s]+", words.strip()):
            if not piece:
                continue
            parts = _DAY.fullmatch(piece)
            try:
                found.append(date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else date.fromisoformat(piece))
            except ValueError:
                self.add_error(
                    name, gettext("“%(piece)s” is not a day. Write it as 02/09/2026.") % {"piece": piece[:20]}
                )
                return []
        return found

    def _lunar(self, cleaned: Mapping[str, Any]) -> None:
        days = [piece for piece in re.split(r"[,;\s]+", cleaned["lunar_days"].strip()) if piece]
        if not all(piece.isascii() and piece.isdecimal() and 1 <= int(piece) <= 30 for piece in days):
            self.add_error("lunar_days", gettext("A lunar month has the days 1 to 30. Write them as 1, 15."))


def rule_text(said: Mapping[str, Any]) -> str:
    """Return the rule that the form's choices amount to; empty for once."""
    lunar = ",".join(piece for piece in re.split(r"[,;\s]+", (said["lunar_days"] or "").strip()) if piece)
    rule: str = {
        "daily": "FREQ=DAILY",
        "weekly": f"FREQ=WEEKLY;BYDAY={','.join(said['weekdays'])}",
        "monthly": f"FREQ=MONTHLY;BYMONTHDAY={said['month_day']};SKIP=BACKWARD",
        "lunar": f"RSCALE=X-VIETNAMESE;FREQ=MONTHLY;BYMONTHDAY={lunar}",
        "rule": said["rule"],
    }.get(said["repeat"], "")
    if rule and said["until_on"] and "UNTIL" not in rule.upper() and "COUNT" not in rule.upper():
        rule += f";UNTIL={said['until_on']:%Y%m%d}"
    return rule


def said_by(version: EntryVersion, *, below: Sequence[Unit]) -> dict[str, Any]:
    """Return what the form shows for a version; a rule that is none of the usual ones stands as it is."""
    codes = {unit.pk: unit.code for unit in below}
    rule = programme.timing(version).rule
    said: dict[str, Any] = {
        "kind": version.kind,
        "bulletin": version.bulletin_id,
        "clip": version.clip_id,
        "source": version.source_id,
        "title": version.title,
        "at": version.at,
        "frame": version.frame_min,
        "repeat": "rule" if rule else "once",
        "rule": version.rule,
        "start_on": version.start_on,
        "until_on": rule.until if rule else None,
        "skips_holidays": version.skips_holidays,
        "left_out": ", ".join(f"{day:%d/%m/%Y}" for day in version.left_out),
        "extra": ", ".join(f"{day:%d/%m/%Y}" for day in version.extra),
        "reach": "chosen" if version.station_ids else "all",
        "stations": [codes[pk] for pk in version.station_ids or () if pk in codes],
    }
    if rule is None:
        return said
    usual = {
        "weekdays": [WEEKDAYS[one.day] for one in sorted(rule.weekdays)],
        "month_day": min(rule.month_days, default=None),
        "lunar_days": ", ".join(str(day) for day in sorted(rule.month_days)),
        "until_on": rule.until,
        "rule": "",
    }
    for repeat in ("daily", "weekly", "monthly", "lunar"):
        candidate = said | usual | {"repeat": repeat}
        if _same(rule_text(candidate), version.rule):
            return candidate
    return said


def _same(one: str, other: str) -> bool:
    return sorted(one.split(";")) == sorted(other.split(";"))


def first_time(on: date | None, at: time | None, *, now: datetime) -> dict[str, Any]:
    """Return where an empty form begins: tomorrow at five in the afternoon, or where somebody clicked."""
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    return {"start_on": on or tomorrow, "at": at or time(17, 0), "kind": "bulletin", "frame": 15, "repeat": "daily"}
