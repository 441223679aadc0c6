"""Why an account refuses: sentences for people, the same whether a name exists or not."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.accounts.rules import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Weakness
from loa.kernel.errors import Refusal


class BadCredentials(Refusal):
    """The name or the password is wrong; nobody is told which."""

    code = "bad_credentials"
    sentence = _("The user name or the password is not right.")


class LockedOut(Refusal):
    """Too many failures with this name here."""

    code = "locked_out"
    sentence = _("Too many wrong tries. Signing in with this name from here is closed for %(minutes)s more minutes.")


class NameTried(Refusal):
    """Too many failures with this name from many places."""

    code = "name_tried"
    sentence = _(
        "Many wrong passwords are being tried with this name. "
        "Please wait %(seconds)s seconds, or use a browser in which you have signed in before."
    )


class TooFast(Refusal):
    """Too many failures from this address."""

    code = "too_fast"
    sentence = _("Too many wrong tries from this place. Please wait %(seconds)s seconds and try again.")


class WrongPassword(Refusal):
    """The present password was not given."""

    code = "wrong_password"
    sentence = _("The present password is not right.")


class WeakPassword(Refusal):
    """The new password would be guessed; `reasons` are sentences."""

    code = "weak_password"
    sentence = _("This password is too easy to guess.")

    def __init__(self, weaknesses: Sequence[Weakness]) -> None:
        super().__init__()
        self.weaknesses = list(weaknesses)

    @property
    def reasons(self) -> list[str]:
        """Return what is wrong with it, a sentence each, in the language of the moment."""
        facts = {"least": PASSWORD_LENGTH_MIN, "most": PASSWORD_LENGTH_MAX}
        return [str(_SENTENCES[weakness]) % facts for weakness in self.weaknesses]

    def __str__(self) -> str:
        """Return the reasons as one text."""
        return " ".join(self.reasons)


class UsernameTaken(Refusal):
    """Another account has this name."""

    code = "username_taken"
    sentence = _("The user name “%(username)s” is already taken.")


class PlainUsername(Refusal):
    """The name has letters it must not have."""

    code = "plain_username"
    sentence = _("A user name has 2 to 64 letters without accents, digits, dots, dashes or underscores.")


class NameMissing(Refusal):
    """A person needs a name."""

    code = "name_missing"
    sentence = _("Please give the full name.")


class WrongCode(Refusal):
    """Neither the digits of the app nor an unused recovery code."""

    code = "wrong_code"
    sentence = _("This code is not right. Codes change every 30 seconds; please type the present one.")


class CodeUsed(Refusal):
    """The digits were right and have been used: somebody may have looked on."""

    code = "code_used"
    sentence = _("This code was used already. Please wait for the next one.")


class PasskeyRefused(Refusal):
    """The browser's answer does not hold, or names a passkey nobody has here."""

    code = "passkey_refused"
    sentence = _("This passkey was not accepted. Please try again, or use a code.")


class PasskeyCopied(Refusal):
    """The passkey's counter went back: it exists twice."""

    code = "passkey_copied"
    sentence = _("This passkey seems to have been copied and no longer opens anything. Please tell your administrator.")


class StepOver(Refusal):
    """A step of several requests took too long, was done already, or belongs to another browser."""

    code = "step_over"
    sentence = _("This step took too long or was done already. Please begin again.")


class SignInAgain(Refusal):
    """The first factor is set up right after signing in only."""

    code = "sign_in_again"
    sentence = _("For your safety please sign out and in again, then set up the second factor right away.")


class LastFactor(Refusal):
    """Whoever must have a factor keeps one."""

    code = "last_factor"
    sentence = _("Your role needs a second factor. Please set up another one before you remove this.")


class NoFactor(Refusal):
    """There is nothing the person could show."""

    code = "no_factor"
    sentence = _("You have no second factor yet. Please set one up first.")


class TooManyPasskeys(Refusal):
    """More than anybody keeps track of."""

    code = "too_many_passkeys"
    sentence = _("You have %(most)s passkeys already. Please remove one you no longer use.")


class IdentityUnknown(Refusal):
    """Nobody here is bound to this identity."""

    code = "identity_unknown"
    sentence = _("This account is not known here.")


class IdentityTaken(Refusal):
    """The identity is bound already, to the person or to another."""

    code = "identity_taken"
    sentence = _("This account is bound to somebody already.")


class WrongInvitation(Refusal):
    """No invitation has this code, or its time is over."""

    code = "wrong_invitation"
    sentence = _("This invitation code is not right or no longer good.")


class ProviderSilent(Refusal):
    """The provider of identities does not answer."""

    code = "provider_silent"
    sentence = _("The other system does not answer just now. Please try again later, or use your password.")


class ProviderRefused(Refusal):
    """What came from the provider does not hold, or the person stopped there."""

    code = "provider_refused"
    sentence = _("The other system did not confirm who you are. Please try again.")


class OwnFactors(Refusal):
    """Nobody takes their own factors away by an administrator's right."""

    code = "own_factors"
    sentence = _("You cannot reset your own second factor; another administrator has to do it.")


class OwnAccount(Refusal):
    """Nobody closes the account they sit in."""

    code = "own_account"
    sentence = _("You cannot close your own account; another administrator has to do it.")


_SENTENCES: Mapping[Weakness, str | Promise] = {
    Weakness.SHORT: _("The password needs at least %(least)s characters."),
    Weakness.LONG: _("The password may have at most %(most)s characters."),
    Weakness.COMMON: _("This password is used by many people and is guessed first."),
    Weakness.ONE_LETTER: _("The password needs more different characters."),
    Weakness.LIKE_NAME: _("The password must not be like your name or user name."),
    Weakness.SAME: _("The new password must differ from the present one."),
    Weakness.USED: _("You have used this password before. Please choose another one."),
}
