"""The design system's smallest parts, for templates of every room."""

from collections.abc import Sequence

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

WAVE_WIDTH = 600
WAVE_HEIGHT = 56
BAR_LEAST = 3.0
BAR_CONTRAST = 2.2
"""Level speech is loud nearly everywhere: the eye needs help to see its words."""
SECOND_MS = 1000


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite: silent for screen readers unless it has a label."""
    href = f"{static('loa/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" width="20" height="20"><use href="{}"></use></svg>',
            label,
            href,
        )
    return format_html('<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}"></use></svg>', href)


@register.simple_tag
def logo() -> SafeString:
    """Draw the mark: a loudspeaker and its waves."""
    return format_html(
        '<svg class="logo" aria-hidden="true" width="36" height="36"><use href="{}#logo"></use></svg>',
        static("loa/icons.svg"),
    )


@register.filter
def initial(name: object) -> str:
    """Return the first letter of a person's given name, which in Vietnamese stands last."""
    words = str(name or "").split()
    return words[-1][0].upper() if words else "·"


@register.inclusion_tag("shell/parts/field.html")
def field(bound: BoundField, help: str = "", id_prefix: str = "") -> dict[str, object]:  # noqa: A002  # a template's word
    """Draw a field with its label, help and errors, tied together for screen readers."""
    name = f"{id_prefix}{bound.auto_id}"
    described = " ".join(
        part for part, is_there in ((f"{name}-error", bound.errors), (f"{name}-help", help)) if is_there
    )
    attrs: dict[str, str | bool] = {"id": name}
    if described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"bound": bound, "widget": bound.as_widget(attrs=attrs), "help": help, "name": name}


@register.simple_tag
def waveform(envelope: Sequence[int]) -> SafeString:
    """Draw the loudness of a clip as bars, twice: what was played is laid over the rest by a moving clip."""
    bars = _bars(envelope)
    return format_html(
        '<svg class="waveform" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true"><g>{}</g>'
        '<svg class="done" data-played width="0" height="{}"><g>{}</g></svg></svg>',
        WAVE_WIDTH, WAVE_HEIGHT, bars, WAVE_HEIGHT, bars,
    )  # fmt: skip


@register.simple_tag
def waveform_part(envelope: Sequence[int], duration_ms: int, from_ms: int, to_ms: int) -> SafeString:
    """Draw the loudness of a clip as bars; what lies outside the part is veiled."""
    start, stop = (min(max(at / max(duration_ms, 1), 0.0), 1.0) * WAVE_WIDTH for at in (from_ms, to_ms))
    return format_html(
        '<svg class="waveform" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true"><g class="done">{}</g>'
        '<rect class="veil" data-veil-before x="0" width="{}" height="{}"></rect>'
        '<rect class="veil" data-veil-after x="{}" width="{}" height="{}"></rect></svg>',
        WAVE_WIDTH, WAVE_HEIGHT, _bars(envelope), f"{start:.1f}", WAVE_HEIGHT,
        f"{max(start, stop):.1f}", f"{WAVE_WIDTH - max(start, stop):.1f}", WAVE_HEIGHT,
    )  # fmt: skip


@register.filter
def plain(number: float) -> str:
    """Return a number as forms and addresses want it: a point, no more decimals than it has, at most three."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


@register.filter
def duration(milliseconds: int | None) -> str:
    """Return a length as people read it on a player: `1:05`."""
    if milliseconds is None:
        return "–"
    seconds = round(milliseconds / 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def seconds(milliseconds: float | None) -> str:
    """Return a short time in milliseconds below a second, else in seconds with one decimal."""
    if milliseconds is None:
        return "–"
    if abs(milliseconds) < SECOND_MS:
        return _("%(ms)s ms") % {"ms": round(milliseconds)}
    return _("%(number)s s") % {"number": number_format(milliseconds / 1000, decimal_pos=1)}


@register.filter
def clock(whole_seconds: int) -> str:
    """Return a length in seconds as `1:05`."""
    return duration(whole_seconds * 1000)


def _bars(envelope: Sequence[int]) -> SafeString:
    step = WAVE_WIDTH / max(len(envelope), 1)
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="1.2"></rect>',
        (
            (f"{index * step:.1f}", f"{(WAVE_HEIGHT - height) / 2:.1f}", f"{step * 0.62:.1f}", f"{height:.1f}")
            for index, height in enumerate(
                max(BAR_LEAST, (bar / 100) ** BAR_CONTRAST * WAVE_HEIGHT) for bar in envelope
            )
        ),
    )
