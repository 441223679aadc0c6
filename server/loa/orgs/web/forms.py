"""The forms of people, roles, agencies, posts and support."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.accounts.models import User
from loa.kernel import permissions
from loa.orgs import rules
from loa.orgs.models import Role
from loa.orgs.ports import Thing
from loa.orgs.web.telling import CHANNELS

NAME_INPUT = {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}


def day_field(label: Any, *, required: bool = False) -> forms.DateField:  # Any: a lazy text
    """Return a field for a day, as every browser offers one."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def midnight(day: date | None) -> datetime | None:
    """Return the beginning of a day at the place; None stays None."""
    return None if day is None else datetime.combine(day, time.min, tzinfo=rules.ZONE)


def after(day: date | None) -> datetime | None:
    """Return the end of a day at the place, which is the beginning of the next; None stays None."""
    return midnight(None if day is None else day + timedelta(days=1))


class RoleForm(forms.Form):
    """A role at a unit."""

    unit = forms.CharField(label=_("Unit"), max_length=32, error_messages={"required": _("Please choose a unit.")})
    role = forms.ChoiceField(
        label=_("Role"),
        error_messages={"required": _("Please choose a role."), "invalid_choice": _("Please choose a role.")},
    )

    def __init__(self, *args: Any, roles: Sequence[Role] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(role.code, f"{role.name()} – {role.told()}" if role.told() else role.name()) for role in roles]
        self.fields["role"].choices = told  # type: ignore[attr-defined]  # a choice field


class GrantForm(RoleForm):
    """A role at a unit, as narrow and as short as it has to be."""

    device = forms.TypedChoiceField(label=_("Only for one device or station"), required=False, coerce=uuid.UUID)
    channel = forms.ChoiceField(label=_("Only for one channel"), required=False)
    is_here_only = forms.BooleanField(label=_("Only at the unit itself, nothing below"), required=False)
    start_on = day_field(_("First day"))
    end_on = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, things: Sequence[Thing] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", _("All devices there")), *((str(thing.id), thing.name) for thing in things)]
        self.fields["device"].choices = named  # type: ignore[attr-defined]  # a choice field
        every = [("", _("All channels")), *CHANNELS.items()]
        self.fields["channel"].choices = every  # type: ignore[attr-defined]  # as above


class ExtendForm(forms.Form):
    """Until when a right lasts; empty is for ever."""

    end_on = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class PersonForm(RoleForm):
    """A new person with a first role."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=120, error_messages={"required": _("Please give the full name.")}
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        error_messages={"required": _("Please give a user name.")},
        widget=forms.TextInput(attrs=NAME_INPUT),
    )

    field_order = ("full_name", "username", "unit", "role")


class SuccessorForm(forms.Form):
    """Who goes on with the open work of whoever leaves; nobody in particular when empty."""

    hand_to = forms.TypedChoiceField(label=_("Who goes on with the open work?"), required=False, coerce=int)

    def __init__(self, *args: Any, colleagues: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", _("Nobody in particular")), *((user.pk, user.full_name) for user in colleagues)]
        self.fields["hand_to"].choices = named  # type: ignore[attr-defined]  # a choice field


class LendForm(forms.Form):
    """Which role, to whom, until which day, and why."""

    held = forms.TypedChoiceField(label=_("Your role"), coerce=int)
    to = forms.TypedChoiceField(label=_("Who stands in?"), coerce=int)
    start_on = day_field(_("First day"))
    end_on = day_field(_("Last day"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(
        self, *args: Any, held: Sequence[tuple[int, str]], colleagues: Sequence[User] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held"].choices = held  # type: ignore[attr-defined]  # a choice field
        self.fields["to"].choices = [(user.pk, user.full_name) for user in colleagues]  # type: ignore[attr-defined]  # as above


class RoleWordsForm(forms.Form):
    """What a role is called and what it brings."""

    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    told_vi = forms.CharField(label=_("What it is for, in Vietnamese"), max_length=200, required=False)
    told_en = forms.CharField(label=_("What it is for, in English"), max_length=200, required=False)
    levels = forms.MultipleChoiceField(label=_("Levels at which it can be given"), required=False)
    permissions = forms.MultipleChoiceField(
        label=_("What it allows"), error_messages={"required": _("Please choose at least one right.")}
    )

    def __init__(self, *args: Any, levels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, permissions.sentence(code)) for code in sorted(permissions.for_people())]
        self.fields["permissions"].choices = codes  # type: ignore[attr-defined]  # a choice field
        self.fields["levels"].choices = levels  # type: ignore[attr-defined]  # as above


class NewRoleForm(RoleWordsForm):
    """A new role, made at a unit."""

    unit = forms.CharField(label=_("Unit"), max_length=32, error_messages={"required": _("Please choose a unit.")})
    code = forms.CharField(label=_("Code"), max_length=32, widget=forms.TextInput(attrs=NAME_INPUT))
