"""Taking software in by browser: searched and verified first; what is refused is not kept, and is on record."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loa.accounts.models import UserSession
from loa.audit.models import Entry
from loa.devices import commands, keys
from loa.devices.models import Device, Release
from loa.devices.tests.released import KEY, package, statement, take
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.media import refusals, store
from loa.media.tests import clamd
from loa.orgs.rules import Role
from loa.orgs.tests.world import make_user
from loa.shell.tests.desk import browser_of, text_of
from loa_protocol import canonical, signing

PAGE = "/desk/devices/releases/take/"


@pytest.fixture(autouse=True)
def _key(world):
    now = clock.now()
    keys.ensure_box_keys(now=now)
    keys.vouch_for_releases(KEY.as_dict(private=False), now=now)


def send(content, token, *, username="kythuat", unit="09043", **changes):
    files = {
        "package": SimpleUploadedFile("package.zip", content, content_type="application/zip"),
        "statement": SimpleUploadedFile("statement.jws", token + b"\n"),
    }
    return browser_of(username).post(PAGE, {"unit": unit, **files, **changes})


def test_one_person_takes_it_in_by_browser_and_another_confirms_it(world):
    make_user("kythuat2", "Ngô Văn Hai", unit=world.province, role=Role.TECHNICIAN)
    content = package()

    answer = send(content, statement(content))
    taken = Release.objects.unscoped("test").select_related("unit").get()
    page = f"/desk/devices/releases/{taken.pk}/"
    by_the_same = browser_of("kythuat").post(f"{page}confirm/")
    by_another = browser_of("kythuat2").post(f"{page}confirm/")

    assert answer.url == page
    assert (taken.unit.code, taken.version, taken.taken_by) == ("09043", "0.2.0", "Hoàng Văn Kỹ")
    assert store.has(canonical.sha256(content))
    assert (by_the_same.status_code, by_another.status_code) == (409, 302)
    assert Release.objects.unscoped("test").get().confirmed_by == "Ngô Văn Hai"


def test_the_page_leads_here_for_whoever_may_and_for_nobody_else(world):
    assert PAGE in text_of(browser_of("kythuat").get("/desk/devices/releases/"))
    assert PAGE not in text_of(browser_of("canbo").get("/desk/devices/releases/"))
    assert browser_of("canbo").get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("forged", "không có chữ ký của khóa được tin cậy"),
        ("plan_key", "không có chữ ký của khóa được tin cậy"),
        ("other_package", "gói không đúng với gói đã ký"),
        ("cut_off", "gói không đúng với gói đã ký"),
        ("no_package", "tệp bị hỏng"),
        ("no_statement", "tệp bị hỏng"),
        ("expired", "chữ ký đã hết hạn"),
        ("older", "cũ hơn 0.3.0"),
    ],
)
def test_what_is_forged_damaged_late_or_older_is_refused_in_words_and_not_kept(world, attack, said):
    now, content = clock.now(), package("VERSION = '0.2.0' # another\n")
    token = statement(content)
    if attack == "forged":
        token = statement(content, key=signing.generate())
    elif attack == "plan_key":
        token = statement(content, key=keys.load_signer(now=now).key)
    elif attack == "other_package":
        token = statement(package("VERSION = '6'\n"))
    elif attack == "cut_off":
        content = content[:-40]
    elif attack == "no_package":
        content = b"PK nothing"
        token = statement(content)
    elif attack == "no_statement":
        token = b"nothing at all"
    elif attack == "expired":
        token = statement(content, now=now - timedelta(days=31))
    else:
        running(world, version="0.3.0")
    before = Release.objects.unscoped("test").count()

    answer = send(content, token)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Release.objects.unscoped("test").count() == before
    assert not store.has(canonical.sha256(content))
    assert not store.has(canonical.sha256(token))
    assert (
        Entry.objects.filter(action="devices.take_in")
        .order_by("-pk")
        .first()
        .result.endswith(("_release", "release_not_in_time"))
    )


def running(world, *, version):
    """Let a device of the commune have proved a release that lets nothing older come back."""
    (device,) = make_devices(world.commune, count=1)
    content = package(f"VERSION = '{version}' # with a floor\n")
    token = statement(content, version=version, floor=version)
    taken = take(world.system, world.commune, content, token, now=clock.now())
    Device.objects.unscoped("test").filter(pk=device.pk).update(
        runs_release=taken.statement, tried_release=taken.statement, release_step="proved"
    )


def test_the_same_twice_is_refused(world):
    content = package()
    token = statement(content)
    send(content, token)

    answer = send(content, token)

    assert (answer.status_code, Release.objects.unscoped("test").count()) == (422, 1)
    assert "đã được tiếp nhận" in text_of(answer)


@pytest.mark.parametrize("changes", [{"unit": "05440"}, {"unit": ""}, {"package": ""}, {"statement": ""}])
def test_a_foreign_unit_or_a_missing_file_is_told_at_its_field(world, changes):
    content = package()

    assert send(content, statement(content), **changes).status_code == 422
    assert not Release.objects.unscoped("test").exists()


def test_files_that_were_mixed_up_are_told_at_once(world):
    content = package("VERSION = '0.2.0'\n" + "# padding " * 9_000 + str(list(range(9_000))))

    answer = send(statement(content), content)

    assert answer.status_code == 422
    assert "16 KB" in text_of(answer)


def test_nothing_passes_while_a_required_search_is_silent_and_that_is_on_record(world, settings):
    settings.LOA_SCAN, settings.LOA_CLAMAV = "required", ""
    content = package()

    answer = send(content, statement(content))

    assert (answer.status_code, Release.objects.unscoped("test").exists()) == (422, False)
    assert Entry.objects.filter(action="devices.turn_away_release", result="done").count() == 1


@pytest.mark.system
def test_a_signed_package_in_which_something_malicious_is_found_is_not_taken_in(world, settings):
    content = package(f"VERSION = '0.2.0'\n# {clamd.MARK.decode()}\n")
    with clamd.running() as daemon:
        settings.LOA_SCAN, settings.LOA_CLAMAV = "required", daemon.address

        answer = send(content, statement(content))

    assert (answer.status_code, Release.objects.unscoped("test").exists()) == (422, False)
    assert "mã độc" in text_of(answer)
    assert not store.has(canonical.sha256(content))


def test_whoever_has_not_shown_a_second_factor_is_asked_before_choosing_files(world):
    browser = browser_of("kythuat")
    UserSession.objects.filter(session_key=browser.cookies["loa_session"].value).update(
        confirmed_at=clock.now() - timedelta(minutes=6)
    )

    assert browser.get(PAGE).url.startswith("/desk/confirm/")


def test_turning_away_is_for_whoever_may_update_there(world):
    for scope, refused in ((world.officer, Denied), (world.outsider, NotFound)):
        with pytest.raises(refused):
            commands.turn_away_release(scope, world.commune, refusal=refusals.ScannerAway(), name="a", size_bytes=1)
