"""The other process of `signin`: makes the people, and checks passwords with nothing around it."""

import json
import sys
import time
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command

PASSWORD = "con-ga-trong-gay-sang"  # noqa: S105 - of people who live as long as the measurement


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = seed(asked["people"]) if asked["do"] == "seed" else argon2(asked["times"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def seed(count: int) -> dict[str, Any]:
    """Make people without roles, so that a password is all they are asked."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.accounts import commands  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.kernel import scope  # noqa: PLC0415 - as above

    names = [f"nguoi.{number}" for number in range(count)]
    for name in names:
        commands.create_user(
            scope.system("bench"), username=name, full_name="Lý Văn Đo", password=PASSWORD, must_change=False
        )
    return {"people": [[name, PASSWORD] for name in names]}


def argon2(times: int) -> dict[str, Any]:
    """Check one password many times; return how many milliseconds each took."""
    from loa.accounts import passwords  # noqa: PLC0415 - as above

    kept, took = passwords.hashed(PASSWORD), []
    for _ in range(times):
        begun = time.perf_counter()
        passwords.is_right(PASSWORD, kept)
        took.append((time.perf_counter() - begun) * 1000)
    return {"took_ms": took}


if __name__ == "__main__":
    main()
