"""The worker process: background chores from the queue in the database; the record's feed and relays beside them."""

import threading

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from loa.audit import feed
from loa.schedules import relaying

FEED_ENDS_S = 3.0


def run() -> None:
    """Work on the queue until told to stop. A lost database ends the process: whoever keeps it starts it again."""
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the queue is not in the application's database")
    stopping = threading.Event()
    telling = threading.Thread(target=feed.keep_going, args=[stopping], name="feed", daemon=True)
    telling.start()
    relays = threading.Thread(target=relaying.keep_going, args=[stopping], name="relays", daemon=True)
    relays.start()
    try:
        with app.replace_connector(connector.get_worker_connector()) as working:
            working.run_worker(
                concurrency=2, shutdown_graceful_timeout=5, install_signal_handlers=True, delete_jobs="successful"
            )
    finally:
        stopping.set()
        telling.join(FEED_ENDS_S)
        relays.join(FEED_ENDS_S)
