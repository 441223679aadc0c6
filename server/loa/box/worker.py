"""The worker process: background chores from the queue in the database."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def run() -> None:
    """Work on the queue until told to stop. A lost database ends the process: whoever keeps it starts it again."""
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the queue is not in the application's database")
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(
            concurrency=2, shutdown_graceful_timeout=5, install_signal_handlers=True, delete_jobs="successful"
        )
