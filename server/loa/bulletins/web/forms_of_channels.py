"""The form in which one channel's words are shaped."""

from typing import Any  # Any: Django's own signatures

from django import forms
from django.utils.translation import gettext_lazy as _

from loa.bulletins.rules.renditions import LIMITS, Form
from loa.kernel.errors import DomainError

FIELD_OF = {"rendition_title_missing": "title", "rendition_title_too_long": "title"}
"""Where a refusal stands; others stand by the words."""


class RenditionForm(forms.Form):
    """Title where the form has one, and words. Limits are the command's to say."""

    title = forms.CharField(label=_("Title"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    body = forms.CharField(label=_("What it says"), required=False, strip=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = LIMITS[form]
        if not limit.title:
            del self.fields["title"]
        self.fields["body"].widget = forms.Textarea(
            attrs={"rows": limit.rows or 8, "data-counted": "", "spellcheck": "true"}
        )
        if limit.rows == 1:
            self.fields["body"].widget.attrs |= {"rows": 3, "class": "short"}

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal where it belongs."""
        field = FIELD_OF.get(refusal.code, "body")
        self.add_error(field if field in self.fields else None, str(refusal))
