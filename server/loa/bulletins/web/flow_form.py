"""The form of a way of approval: a few rows, one a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.bulletins import rules
from loa.bulletins.rules import Ask, Asks, Where, Who
from loa.orgs import queries as orgs
from loa.orgs.models import Agency, Post, Role, Unit

ROWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Whom the steps of a unit's way may name, each under the value a form carries, with the words for people."""

    choices: Sequence[tuple[str, str]]
    roles: Sequence[Role]
    posts: Sequence[Post]
    agencies: Sequence[Agency]


def offered(unit: Unit, *, on: date) -> Offered:
    """Return whom the steps of a unit's way may name."""
    able = orgs.able(unit, permission="bulletins.approve")
    names = orgs.agency_names([agency.pk for agency in able.agencies], on=on)
    choices = [
        ("right:here", _("Who approves at the unit")),
        ("right:above", _("Who approves at the unit above")),
        *((f"role:here:{role.code}", role.name()) for role in able.roles),
        *((f"role:above:{role.code}", _("%(who)s of the unit above") % {"who": role.name()}) for role in able.roles),
        *((f"post:here:{post.pk}", f"{post.title} · {post.unit.name}") for post in able.posts),
        *((f"agency:here:{agency.pk}", names[agency.pk]) for agency in able.agencies),
    ]
    return Offered(choices=choices, roles=able.roles, posts=able.posts, agencies=able.agencies)


class FlowForm(forms.Form):
    """A name, what it is for, from when, and up to `ROWS` steps; an empty row is no step."""

    name = forms.CharField(label=gettext_lazy("Name of the way"), max_length=rules.NAME_LONGEST)
    starts_on = forms.DateField(
        label=gettext_lazy("From this day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these kinds"),
        required=False,
        choices=[(one.value, one.value) for one in rules.Kind],
    )
    is_far = forms.BooleanField(label=gettext_lazy("Only for what is heard beyond one commune"), required=False)

    def __init__(self, *args: Any, choices: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = {role.code: role for role in choices.roles}
        self.posts = {post.pk: post for post in choices.posts}
        self.agencies = {agency.pk: agency for agency in choices.agencies}
        whom = [("", _("No step")), *choices.choices]
        for row in range(1, ROWS + 1):
            self.fields[f"who_{row}"] = forms.ChoiceField(label=_("Who decides?"), choices=whom, required=row == 1)
            self.fields[f"asks_{row}"] = forms.ChoiceField(
                label=_("What?"),
                choices=[(Asks.PLACES, _("Words, where and when")), (Asks.WORDS, _("The words only"))],
                required=False,
                initial=Asks.PLACES,
            )
            self.fields[f"hours_{row}"] = forms.IntegerField(
                label=_("Working hours"),
                min_value=1,
                max_value=rules.HOURS_MOST,
                required=False,
                initial=rules.HOURS_USUAL,
            )
            self.fields[f"own_{row}"] = forms.BooleanField(
                label=_("May approve what they wrote themselves, with a reason"), required=False
            )

    @property
    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Return the fields of each step, for the page."""
        return [
            (row, [self[f"who_{row}"], self[f"asks_{row}"], self[f"hours_{row}"], self[f"own_{row}"]])
            for row in range(1, ROWS + 1)
        ]

    @property
    def asks(self) -> list[Ask]:
        """Return the steps that were filled in."""
        kept = self.cleaned_data
        return [self._ask(row) for row in range(1, ROWS + 1) if kept.get(f"who_{row}")]

    def _ask(self, row: int) -> Ask:
        kept = self.cleaned_data
        who, where, *named = kept[f"who_{row}"].split(":")
        name = named[0] if named else ""
        return Ask(
            who=Who(who),
            where=Where(where),
            role=name if who == Who.ROLE else "",
            post=int(name) if who == Who.POST else None,
            agency=int(name) if who == Who.AGENCY else None,
            asks=Asks(kept.get(f"asks_{row}") or Asks.PLACES),
            hours=kept.get(f"hours_{row}") or rules.HOURS_USUAL,
            is_own_allowed=bool(kept.get(f"own_{row}")),
        )
