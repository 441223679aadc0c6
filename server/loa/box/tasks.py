"""Chores that come back: each calls what a room offers for it."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from loa.accounts import sessions
from loa.box import record_head
from loa.devices import tasks as devices
from loa.kernel import clock, outbox
from loa.media import tasks as media

KEEP_DELIVERED = timedelta(days=7)


@app.periodic(cron="17 * * * *")
@app.task(name="box.forget_delivered_events", queueing_lock="box.forget_delivered_events")
def forget_delivered_events(timestamp: int) -> None:  # noqa: ARG001 - the queue passes when it was due
    """Drop events that every listener has had for a week."""
    outbox.purge(before=clock.now() - KEEP_DELIVERED)


@app.periodic(cron="37 * * * *")
@app.task(name="box.forget_ended_sessions", queueing_lock="box.forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Drop the sessions whose time is over, and the counted tries nobody needs."""
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    sessions.purge(now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="box.note_end_of_record", queueing_lock="box.note_end_of_record")
def note_end_of_record(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Note outside the database how far the record reaches, so that `loa verify` sees when its end was cut off."""
    record_head.keep(clock.now())


@app.periodic(cron="7 3 * * *")
@app.task(name="box.keep_devices_tidy", queueing_lock="box.keep_devices_tidy")
def keep_devices_tidy(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Make room for the evidence of the coming months, and drop old codes, orders and refusals."""
    devices.make_partitions(now=clock.now())
    devices.purge(now=clock.now())


@app.periodic(cron="27 * * * *")
@app.task(name="box.search_documents_again", queueing_lock="box.search_documents_again")
def search_documents_again(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Search stored documents for malicious software when the scanner has newer signatures."""
    media.search_again()
