"""Addresses of signing in and of one's own account."""

from loa.accounts.models import ExternalIdentity, Passkey, UserSession
from loa.kernel import clock
from loa.orgs import commands as organizing
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk, Open, Own


def post(world):
    return {"pk": organizing.open_post(world.system, world.commune, title="Chánh văn phòng", role="monitor").pk}


def commune(world):
    return {"code": world.commune.code}


def session(world):
    now = clock.now()
    kept = UserSession.objects.create(session_key="another", user=world.officer_user, created_at=now, seen_at=now)
    return {"pk": kept.pk}


def passkey(world):
    kept = Passkey.objects.create(
        user=world.officer_user, credential_id=b"one", public_key=b"key", name="Điện thoại", created_at=clock.now()
    )
    return {"pk": kept.pk}


def identity(world):
    kept = ExternalIdentity.objects.create(
        user=world.officer_user, issuer="https://id.example", subject="1", created_at=clock.now()
    )
    return {"pk": kept.pk}


def no_provider(_world):
    return {"slug": "x"}


ENTRIES = {
    "accounts:sign_in": Open(why="the door itself", statuses=frozenset({200})),
    "accounts:second": Open(why="leads whoever gave no password to the door", statuses=frozenset({302})),
    "accounts:begin_provider": Open(why="no provider is named", statuses=frozenset({404}), arguments=no_provider),
    "accounts:back_from_provider": Open(why="as above", statuses=frozenset({404}), arguments=no_provider),
    "accounts:invited": Open(why="leads whoever no provider vouched for to the door", statuses=frozenset({302})),
    "accounts:begin_passkey": Open(
        why="a challenge, which is worth nothing alone", statuses=frozenset({200}), method="post"
    ),
    "accounts:sign_in_by_passkey": Open(why="the door itself", statuses=frozenset({422}), method="post"),
    "accounts:account": Own(),
    "accounts:password": Own(),
    "accounts:confirm": Own(),
    "accounts:confirm_passkey": Own(method="post"),
    "accounts:factors": Own(),
    "accounts:app": Own(),
    "accounts:remove_app": Own(method="post"),
    "accounts:passkey": Own(),
    "accounts:new_passkey": Own(method="post"),
    "accounts:remove_passkey": Desk(own="one's own passkey", role=Role.OFFICER, make=passkey, method="post"),
    "accounts:link": Own(),
    "accounts:unlink": Desk(own="one's own link", role=Role.OFFICER, make=identity, method="post"),
    "accounts:begin_link": Own(),
    "accounts:renew_codes": Own(method="post"),
    "accounts:sign_out": Own(method="post"),
    "accounts:end_others": Own(method="post"),
    "accounts:end_session": Desk(own="one's own session", role=Role.OFFICER, make=session, method="post"),
}
