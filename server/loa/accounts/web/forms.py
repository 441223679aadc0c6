"""The forms of these pages."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loa.accounts import rules


def password_field(label: object, *, is_new: bool, missing: object) -> forms.CharField:
    """Return a field for a password, which a password manager recognizes."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # lazy text
        strip=False,
        max_length=1000,
        error_messages={"required": missing},  # type: ignore[dict-item]  # lazy text
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if is_new else "current-password"}),
    )


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=200,
        error_messages={"required": _("Please give your user name.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = password_field(_("Password"), is_new=False, missing=_("Please give your password."))


class PasswordForm(forms.Form):
    """The present password and the new one, twice."""

    old = password_field(_("Present password"), is_new=False, missing=_("Please give the present password."))
    new = password_field(_("New password"), is_new=True, missing=_("Please choose a new password."))
    again = password_field(_("New password again"), is_new=True, missing=_("Please repeat the new password."))

    @property
    def help_new(self) -> str:
        """Return what a new password has to be."""
        return gettext("At least %(least)s characters; a short sentence is easy to remember.") % {
            "least": rules.PASSWORD_LENGTH_MIN
        }

    def clean(self) -> dict[str, str]:
        """Refuse two different new passwords."""
        cleaned: dict[str, str] = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two new passwords are not the same."))
        return cleaned


class CodeForm(forms.Form):
    """The digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Please type the code.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )


class PasskeyForm(forms.Form):
    """What a browser answered, and how the person calls the device."""

    name = forms.CharField(
        label=_("Name of this device"),
        max_length=60,
        error_messages={"required": _("Please give the device a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    answer = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("The device did not answer. Please try again.")}
    )


class InvitationForm(forms.Form):
    """The code an administrator gave."""

    code = forms.CharField(
        label=_("Invitation code"),
        max_length=40,
        error_messages={"required": _("Please type the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
