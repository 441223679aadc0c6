"""What a person sees who saves over somebody else's newer words: both, and three ways on."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from loa.bulletins import queries, rules
from loa.bulletins.models import Bulletin
from loa.bulletins.web.fields import FACT_FIELDS
from loa.bulletins.web.forms import BulletinForm
from loa.kernel.errors import NotFound
from loa.kernel.pages import DeskRequest

_CARRIED = (*FACT_FIELDS, "sound", "voice")
"""What of the form goes along beside title and text."""


def page(request: DeskRequest, form: BulletinForm, bulletin: Bulletin, *, clip_id: uuid.UUID | None) -> HttpResponse:
    """Show both texts with their differences. `clip_id` is the recording that came with mine, which is kept."""
    theirs = bulletin.current
    if theirs is None:
        raise NotFound
    title, text = rules.line(form.cleaned_data["title"]), rules.body(form.cleaned_data["text"])
    carried = [(name, form.data[name]) for name in _CARRIED if form.data.get(name)]
    facts = {
        "bulletin": bulletin,
        "by": queries.writer_name(theirs),
        "titles": rules.differences(theirs.title, title),
        "texts": rules.differences(theirs.text, text),
        "title": title,
        "text": text,
        "merged_title": title,
        "merged_text": rules.both(theirs.text, text),
        "carried": carried,
        "clip_id": clip_id,
    }
    return render(request, "bulletins/conflict.html", facts, status=409)
