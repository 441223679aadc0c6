"""What a provider, or somebody between, may send: forged, old, for others, mixed up."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from loa.accounts import commands, identities, ports
from loa.accounts.models import Ceremony, ExternalIdentity, Invitation, UserSession
from loa.accounts.oidc import asking, providers
from loa.accounts.refusals import IdentityTaken, WrongInvitation
from loa.accounts.tests import provider
from loa.accounts.tests.proofs import SECOND, SIGN_IN, give_app, session_of, signed_in_with_app
from loa.audit.models import Entry
from loa.kernel import clock

LOA = "http://localhost:8080"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})


class Liar:
    """A provider that says what a test tells it to."""

    def __init__(self):
        liar = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                liar.asked.append(self.path)
                self._say(liar.documents.get(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                liar.exchanged.append((parse_qs(body), self.headers["Authorization"]))
                self._say(liar.tokens)

            def _say(self, document):
                if isinstance(document, str):
                    self.send_response(302)
                    self.send_header("Location", document)
                    self.end_headers()
                    return
                content = json.dumps(document).encode()
                self.send_response(200 if document is not None else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.asked, self.exchanged, self.tokens = [], [], {}
        self.documents = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
            },
            "/jwks": {"keys": [KEY.as_dict(private=False)]},
        }
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def configuration(self):
        return self.documents["/.well-known/openid-configuration"]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def claims(self, told_nonce, /, **changes):
        now = int(time.time())
        told = {"iss": self.issuer, "sub": "one", "aud": "loa", "exp": now + 300, "iat": now, "nonce": told_nonce}
        return {name: value for name, value in (told | changes).items() if value is not None}

    def token(self, told_nonce, /, *, key=KEY, header=None, **changes):
        return jwt.encode(header or {"alg": "RS256", "kid": "one"}, self.claims(told_nonce, **changes), key)


@pytest.fixture
def liar():
    made = Liar()
    asking.forget()
    yield made
    made.close()
    asking.forget()


@pytest.fixture
def loa(world, liar, settings, tmp_path):
    settings.LOA_PUBLIC_URL = LOA
    more = {"second_factor": {"acr": ["strong"], "amr": ["hwk"]}}
    entries = [("tinh", liar.issuer, more), ("bo", "https://id.example", {})]
    settings.LOA_OIDC_PROVIDERS_FILE = provider.file_of(tmp_path, *entries)
    ExternalIdentity.objects.create(user=world.officer_user, issuer=liar.issuer, subject="one", created_at=clock.now())
    return world


def sent(browser, query=""):
    answer = browser.get(f"/desk/sign-in/with/tinh/{query}")
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.url).query).items()}


def came_back(browser, slug="tinh", **query):
    return browser.get(f"/desk/sign-in/back/{slug}/", {"code": "c"} | query)


def plain(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(liar, *, browser=None, **token):
    browser = browser or Client()
    asked = sent(browser)
    liar.tokens = {"id_token": liar.token(asked["nonce"], **token)}
    return browser, came_back(browser, state=asked["state"])


def test_a_genuine_token_lets_in_whom_the_issuer_and_subject_name(loa, liar):
    browser = Client()
    asked = sent(browser, "?next=/desk/me/")
    liar.tokens = {"id_token": liar.token(asked["nonce"], email="lanhdao@tinh.example")}

    answer = came_back(browser, state=asked["state"])

    assert answer.url == "/desk/me/"
    session = session_of(browser)
    assert (session.user, session.provider, session.factor) == (loa.officer_user, liar.issuer, "")
    ((form, header),) = liar.exchanged
    verifier = form["code_verifier"][0]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert asked["code_challenge"] == plain(digest)
    assert asked["code_challenge_method"] == "S256"
    assert form["redirect_uri"] == [f"{LOA}/desk/sign-in/back/tinh/"]
    assert header.startswith("Basic ")
    assert "client_secret" not in form


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": ["loa", "another"]},
        {"aud": ["loa", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "of another browser"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"iat": 1},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": 1},
        {"sub": "o\0ne"},
        {"sub": "x" * 256},
    ],
)
def test_a_token_that_is_not_ours_or_not_of_now_is_refused(loa, liar, changes):
    assert signed(liar)[1].status_code == 302
    UserSession.objects.all().delete()

    _, answer = signed(liar, **changes)

    assert answer.status_code == 422
    assert not UserSession.objects.exists()


def test_a_token_signed_by_somebody_else_is_refused(loa, liar):
    assert signed(liar, key=OTHER)[1].status_code == 422


def test_no_algorithm_and_a_public_key_used_as_a_secret_are_refused(loa, liar):
    browser = Client()
    asked = sent(browser)
    body = plain(json.dumps(liar.claims(asked["nonce"])).encode())
    liar.tokens = {"id_token": plain(b'{"alg":"none"}') + f".{body}."}
    assert came_back(browser, state=asked["state"]).status_code == 422

    for public in (KEY.as_pem(private=False), json.dumps(KEY.as_dict(private=False)).encode()):
        asked = sent(browser)
        body = plain(json.dumps(liar.claims(asked["nonce"])).encode())
        head = plain(b'{"alg":"HS256","kid":"one"}')
        seal = plain(hmac.new(public, f"{head}.{body}".encode(), hashlib.sha256).digest())
        liar.tokens = {"id_token": f"{head}.{body}.{seal}"}
        assert came_back(browser, state=asked["state"]).status_code == 422
    assert not UserSession.objects.exists()


@pytest.mark.parametrize("token", [None, 1, "", "a.b.c", "x" * 50_000, {"a": 1}, "é.é.é"])
def test_what_is_no_token_is_refused(loa, liar, token):
    browser = Client()
    asked = sent(browser)
    liar.tokens = {"id_token": token}

    assert came_back(browser, state=asked["state"]).status_code == 422


def test_an_answer_counts_once_in_the_browser_that_was_sent_and_for_five_minutes(loa, liar):
    browser = Client()
    asked = sent(browser)
    liar.tokens = {"id_token": liar.token(asked["nonce"])}

    assert came_back(Client(), state=asked["state"]).status_code == 422
    assert came_back(browser, state="").status_code == 422
    assert came_back(browser, state="00000000-0000-4000-8000-000000000000").status_code == 422
    assert came_back(browser, state=asked["state"]).status_code == 302
    assert came_back(browser, state=asked["state"]).status_code == 422

    browser = Client()
    asked = sent(browser)
    moment = clock.now()
    Ceremony.objects.update(created_at=moment.replace(year=2020), expires_at=moment)
    assert came_back(browser, state=asked["state"]).status_code == 422


def test_two_providers_are_not_mixed_up(loa, liar):
    """RFC 9700, 4.4: an answer meant for one must not be taken for another's."""
    browser = Client()
    asked = sent(browser)
    liar.tokens = {"id_token": liar.token(asked["nonce"])}
    assert came_back(browser, iss="https://id.example", state=asked["state"]).status_code == 422
    assert liar.exchanged == []

    liar.configuration["authorization_response_iss_parameter_supported"] = True
    asking.forget()
    asked = sent(browser)
    liar.tokens = {"id_token": liar.token(asked["nonce"])}
    assert came_back(browser, state=asked["state"]).status_code == 422
    assert liar.exchanged == []


def test_the_same_subject_at_another_issuer_is_another_person(loa, liar):
    ExternalIdentity.objects.update(issuer="https://id.example")

    _, answer = signed(liar, email="canbo@tinh.example", preferred_username="canbo")

    assert answer.url == "/desk/sign-in/invitation/"
    assert not UserSession.objects.exists()
    assert Entry.objects.filter(action="accounts.provider_sign_in", result="identity_unknown").count() == 1


def test_a_closed_account_is_not_opened(loa, liar):
    type(loa.officer_user).objects.update(is_active=False)

    assert signed(liar)[1].url == "/desk/sign-in/invitation/"


@pytest.mark.parametrize(("claims", "factor"), [
    ({"acr": "strong"}, "provider"), ({"amr": ["pwd", "hwk"]}, "provider"),
    ({"acr": "weak"}, ""), ({"amr": ["pwd"]}, ""), ({"amr": "hwk"}, ""), ({"amr": [["hwk"]]}, ""), ({"acr": None}, ""),
])  # fmt: skip
def test_a_second_factor_at_the_provider_counts_only_as_the_operator_named_it(loa, liar, claims, factor):
    browser, _ = signed(liar, **claims)

    assert session_of(browser).factor == factor


def test_a_weak_word_of_the_provider_is_followed_by_the_factor_the_person_has_here(loa, liar):
    give_app(loa.officer_user)

    assert signed(liar)[1].url == SECOND
    assert signed(liar, acr="strong")[1].url == "/desk/"


def test_a_role_that_needs_a_factor_needs_it_here_too(loa, liar):
    before = list(ports._policy)
    ports.require_factor_by(lambda _user: True)
    try:
        browser, _ = signed(liar)
        assert browser.get("/desk/bulletins/").url.startswith("/desk/me/factors/")
    finally:
        ports._policy[:] = before


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
def test_a_discovery_that_is_another_s_or_leads_astray_is_refused(loa, liar, change):
    liar.configuration.update(change)

    assert Client().get("/desk/sign-in/with/tinh/").status_code == 503


def test_a_provider_that_redirects_or_answers_rubbish_or_is_gone_is_refused(loa, liar):
    for document in ("http://127.0.0.1:1/", [], 7, None):
        liar.documents["/.well-known/openid-configuration"] = document
        asking.forget()
        assert Client().get("/desk/sign-in/with/tinh/").status_code == 503
    liar.close()
    asking.forget()
    answer = Client().get("/desk/sign-in/with/tinh/")
    assert answer.status_code == 503
    assert "không trả lời" in answer.content.decode()


def test_forged_tokens_do_not_make_us_ask_for_keys_each_time(loa, liar):
    for _number in range(5):
        signed(liar, key=OTHER)

    assert liar.asked.count("/jwks") <= 2


def test_an_invitation_is_good_once_for_seven_days_and_an_identity_is_one_persons(loa, liar):
    code = commands.invite(loa.administrator, loa.monitor_user, now=clock.now())
    taken = {"issuer": liar.issuer, "origin": "203.0.113.7", "now": clock.now()}

    with pytest.raises(WrongInvitation):
        identities.accept("aaaa-aaaa-aaaa", subject="two", **taken)
    with pytest.raises(IdentityTaken):
        identities.accept(code, subject="one", **taken)
    assert Invitation.objects.get().used_at is None
    assert identities.accept(code, subject="two", **taken) == loa.monitor_user
    with pytest.raises(WrongInvitation):
        identities.accept(code, subject="three", **taken)

    late = commands.invite(loa.administrator, loa.monitor_user, now=taken["now"] - timedelta(days=7, seconds=1))
    with pytest.raises(WrongInvitation):
        identities.accept(late, subject="four", **taken)


def test_somebody_elses_link_is_not_finished_in_my_session(loa, liar, world):
    give_app(world.monitor_user)
    browser, _ = signed_in_with_app("giamsat")
    answer = browser.get("/desk/me/identities/new/?provider=tinh")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.url).query).items()}
    liar.tokens = {"id_token": liar.token(asked["nonce"], sub="two")}
    Ceremony.objects.filter(kind="provider").update(user=world.officer_user)

    assert came_back(browser, state=asked["state"]).status_code == 422
    assert ExternalIdentity.objects.count() == 1


def test_unlinking_needs_a_fresh_factor(loa, liar, world):
    give_app(world.officer_user)
    browser, _ = signed_in_with_app("canbo")
    UserSession.objects.update(confirmed_at=clock.now().replace(year=2020))
    kept = ExternalIdentity.objects.get()

    assert browser.post(f"/desk/me/identities/{kept.pk}/remove/").url.startswith("/desk/confirm/")
    assert ExternalIdentity.objects.exists()
    UserSession.objects.update(confirmed_at=clock.now())
    assert browser.post(f"/desk/me/identities/{kept.pk}/remove/").url == "/desk/me/"
    assert not ExternalIdentity.objects.exists()


@pytest.mark.parametrize(
    "entry",
    [("a b", "https://id.example", {}), ("", "https://id.example", {}), ("x", "http://id.example", {}),
     ("x", "https://id.example", {"client_secret_file": "absent"})],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_is_refused_with_its_name(settings, tmp_path, entry):
    settings.LOA_OIDC_PROVIDERS_FILE = provider.file_of(tmp_path, entry)

    with pytest.raises(providers.BadProviders):
        providers.named()


def test_people_sign_in_by_password_while_the_file_of_providers_is_broken(settings, tmp_path):
    (tmp_path / "providers.json").write_text("{")
    settings.LOA_OIDC_PROVIDERS_FILE = str(tmp_path / "providers.json")

    page = Client().get(SIGN_IN)

    assert page.status_code == 200
    assert 'name="password"' in page.content.decode()


def test_the_door_offers_what_is_named_and_nothing_else(loa, settings):
    assert "Cổng tỉnh" in Client().get(SIGN_IN).content.decode()

    settings.LOA_OIDC_PROVIDERS_FILE = ""

    assert "Cổng tỉnh" not in Client().get(SIGN_IN).content.decode()
