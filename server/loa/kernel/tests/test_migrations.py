from django.core.management import call_command
from django.db import connection


def test_the_database_has_the_extensions_search_and_ranges_need(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        found = {name for (name,) in cursor.fetchall()}

    assert found >= {"unaccent", "pg_trgm", "btree_gist"}


def test_models_and_migrations_say_the_same(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
