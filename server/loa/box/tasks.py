"""Chores that come back: each calls what a room offers for it."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from loa.accounts import sessions
from loa.audit import commands as audit
from loa.audit import settling
from loa.bulletins import tasks as bulletins
from loa.devices import tasks as devices
from loa.dispatch import counting
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
    with audit.chore("sessions"):
        Session.objects.filter(expire_date__lt=now).delete()
        sessions.purge(now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="box.seal_record", queueing_lock="box.seal_record")
def seal_record(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Sign and export how far the record reaches, so that `loa verify` sees when its end was cut off.

    Every ten minutes when something was recorded, else every hour. The first one of a day seals the day before.
    """
    settling.seal(now=clock.now())


@app.periodic(cron="47 2 * * *")
@app.task(name="box.remove_old_records", queueing_lock="box.remove_old_records")
def remove_old_records(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Remove from the record what its rule lets go."""
    settling.purge(now=clock.now())


@app.periodic(cron="7 3 * * *")
@app.task(name="box.keep_devices_tidy", queueing_lock="box.keep_devices_tidy")
def keep_devices_tidy(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Make room for the evidence of the coming months, and drop old codes, orders and refusals."""
    with audit.chore("devices"):
        devices.make_partitions(now=clock.now())
        devices.purge(now=clock.now())


@app.periodic(cron="27 * * * *")
@app.task(name="box.search_documents_again", queueing_lock="box.search_documents_again")
def search_documents_again(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Search stored documents for malicious software when the scanner has newer signatures."""
    media.search_again()


@app.periodic(cron="*/5 * * * *")
@app.task(name="box.keep_archives_going", queueing_lock="box.keep_archives_going")
def keep_archives_going(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Go on with old tapes and exports that a killed worker left, and remove what lay there long enough."""
    bulletins.keep_archives_going(now=clock.now())


@app.periodic(cron="47 2 * * *")
@app.task(name="box.count_old_airings", queueing_lock="box.count_old_airings")
def count_old_airings(timestamp: int) -> None:  # noqa: ARG001 - as above
    """Count what was heard of airings that the clock passed by, however old."""
    counting.refresh_all(now=clock.now())
