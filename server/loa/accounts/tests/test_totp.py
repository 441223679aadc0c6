import base64
from datetime import UTC, datetime, timedelta

import pytest

from loa.accounts import secrecy, totp

SECRET = b"12345678901234567890"
AT = datetime(2024, 5, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    """RFC 6238, appendix B, the last six digits of each."""
    assert totp.code(SECRET, totp.step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("off_s", "is_taken"), [(0, True), (-30, True), (30, True), (-61, False), (61, False)])
def test_a_clock_may_be_one_step_off(off_s, is_taken):
    at = AT.replace(second=0)
    shown = totp.code(SECRET, totp.step_at(at + timedelta(seconds=off_s)))

    assert (totp.matching_step(SECRET, shown, now=at) is not None) is is_taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\0" * 6])
def test_what_is_no_code_matches_nothing(typed):
    assert totp.matching_step(SECRET, typed, now=AT) is None


def test_the_secret_reads_in_groups_and_travels_in_the_picture():
    letters = base64.b32encode(SECRET).decode()

    assert totp.spelled(SECRET).replace(" ", "") == letters
    assert totp.address(SECRET, username="lanhdao", issuer="Loa") == (
        f"otpauth://totp/Loa%3Alanhdao?secret={letters}&issuer=Loa&digits=6&period=30"
    )
    assert len(totp.new_secret()) == 20


def test_a_sealed_secret_opens_in_its_own_row_only(settings):
    settings.LOA_FACTOR_KEY = "one"
    sealed = secrecy.seal(SECRET, about="totp:1")

    assert SECRET not in sealed
    assert secrecy.unseal(sealed, about="totp:1") == SECRET
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(sealed, about="totp:2")
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), about="totp:1")


def test_a_new_key_is_set_before_the_old_and_both_open(settings):
    settings.LOA_FACTOR_KEY = "old"
    sealed, kept = secrecy.seal(SECRET, about="x"), secrecy.digest("word", purpose="recovery")

    settings.LOA_FACTOR_KEY = "new old"

    assert secrecy.unseal(sealed, about="x") == SECRET
    assert kept in secrecy.digests("word", purpose="recovery")
    assert secrecy.digest("word", purpose="recovery") != kept
    settings.LOA_FACTOR_KEY = "new"
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(sealed, about="x")
