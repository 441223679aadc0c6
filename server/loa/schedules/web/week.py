"""A week of hours as a picture and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from loa.schedules.rules.hours import DAY_MINUTES, HourRule, Window

LEFT, WIDTH, ROW, TOP = 62, 480, 26, 18
"""Room for the day's name, for 24 hours, for a day, for the clock: in units of the picture."""
BAR = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day in words: its name, and the stretches in which something may sound without a second person."""

    on: date
    stretches: Sequence[str]


def days(rule: HourRule, monday: date) -> list[Day]:
    """Return the days of a week in words."""
    week = [monday + timedelta(days=gone) for gone in range(7)]
    return [Day(on=day, stretches=[told(window) for window in _awake(rule, day)]) for day in week]


def told(window: Window) -> str:
    """Return a stretch as people write it: `05:30–07:00`."""
    return f"{clock(window.start)}–{clock(window.end)}"


def clock(minute: int) -> str:
    """Return a minute of the day as `05:30`; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def picture(rule: HourRule, monday: date) -> SafeString:
    """Draw a week, a row a day: when it may sound, and the quiet hours. The words beside it say the same."""
    rows = []
    for gone in range(7):
        day, y = monday + timedelta(days=gone), TOP + gone * ROW
        rows.append(
            format_html(
                '<text class="hours-day" x="0" y="{}">{}</text><rect class="hours-free" x="{}" y="{}" width="{}" '
                'height="{}" rx="3"></rect>{}{}',
                y + BAR - 4,
                date_format(day, "D"),
                LEFT,
                y,
                WIDTH,
                BAR,
                _bars("hours-quiet", _quiet(rule), y),
                _bars("hours-open", _awake(rule, day), y),
            )
        )
    hours = format_html_join(
        "",
        '<text class="hours-hour" x="{}" y="11" text-anchor="middle">{}</text>'
        '<line class="hours-line" x1="{}" x2="{}" y1="{}" y2="{}"></line>',
        ((x, f"{hour:02}", x, x, TOP - 3, TOP + 7 * ROW - 8) for hour in range(0, 25, 6) for x in [_x(hour * 60)]),
    )
    return format_html(
        '<svg class="hours-week" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        LEFT + WIDTH + 14,
        TOP + 7 * ROW,
        _("The hours of a week; the list beside says the same in words."),
        hours,
        format_html_join("", "{}", ((row,) for row in rows)),
    )


def _bars(name: str, windows: Sequence[Window], y: int) -> SafeString:
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"></rect>',
        ((name, _x(one.start), y, _x(one.end) - _x(one.start), BAR) for one in windows),
    )


def _awake(rule: HourRule, day: date) -> list[Window]:
    """Return what a day's stretches leave outside the quiet hours."""
    left = sorted(rule.on(day))
    for quiet in _quiet(rule):
        ends = [(one.start, min(one.end, quiet.start), max(one.start, quiet.end), one.end) for one in left]
        left = [one for a, b, c, d in ends for one in (_stretch(a, b), _stretch(c, d)) if one is not None]
    return left


def _quiet(rule: HourRule) -> list[Window]:
    """Return the quiet hours as stretches of one day."""
    start, end = _minute(rule.quiet_from), _minute(rule.quiet_until)
    if start == end:
        return []
    if start < end:
        return [Window(start, end)]
    return [one for one in (_stretch(0, end), _stretch(start, DAY_MINUTES)) if one is not None]


def _stretch(start: int, end: int) -> Window | None:
    return Window(start, end) if start < end else None


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _x(minute: int) -> int:
    return LEFT + minute * WIDTH // DAY_MINUTES
