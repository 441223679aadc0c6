"""Acts and attacks for the tests of the record."""

from contextlib import contextmanager

from django.db import connection, transaction

from loa.audit import commands, verifying
from loa.audit.models import Entry
from loa.kernel import scope as scopes
from loa.kernel.command import Place

SYSTEM = scopes.system("test")
PLACE = Place(scope_path="26/251/09043", audit_name="thing:1")


def append(number=0, /, place=PLACE, result="done", **detail):
    with transaction.atomic():
        commands.append(SYSTEM, "room.act", place, result=result, detail={"number": number, **detail})


def make_entry(path, **detail):
    append(place=Place(scope_path=path, audit_name="thing:1"), **detail)
    return Entry.objects.latest("pk")


def sql(statement, *parameters):
    """Say something to the database as somebody with a password could; return what it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def behind_the_guards():
    """Act as a superuser who switches every trigger off for the session."""
    sql("SET session_replication_role = 'replica'")
    try:
        yield
    finally:
        sql("SET session_replication_role = 'origin'")


def tamper(statement, *parameters):
    with behind_the_guards():
        return sql(statement, *parameters)


def found():
    """What `verify` finds, as pairs of fault and place, with the entry, number or key."""
    return [(one.fault.value, one.where, one.which) for one in verifying.verify().findings]


def faults():
    return {fault for fault, _where, _which in found()}
