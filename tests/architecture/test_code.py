"""What no linter sees: the environment, the console, the clock, and words for people."""

import ast
import re

from tools import source

READS_ENVIRONMENT = {
    "server/loa/settings/__init__.py": "the one place",
    "server/loa/shell/wsgi.py": "names the settings module, as every WSGI application does",
    "server/loa/cli/": "starts processes and hands the environment on",
    "server/loa/box/": "starts the embedded parts and tells them where each other is",
    "agent/loa_agent/": "a device has no settings module: its command line reads its few variables",
}
SPEAKS_TO_THE_CONSOLE = ("server/loa/cli/", "server/loa/box/", "agent/loa_agent/")
INLINE = re.compile(r"""\sstyle=|<style|\son[a-z]+=["']|<script(?![^>]*(?:\ssrc=|application/json))[^>]*>""")
HANDS_ON_WORDS = {
    "server/loa/box/saying.py": "translates what the box says; `tools/messages.py` finds the words where they are said"
}
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "gettext_noop"}


def test_the_environment_is_read_in_the_settings_only():
    reading = set()
    for path in source.shipped_files():
        for node in source.nodes(path):
            if isinstance(node, ast.Attribute) and source.dotted(node) in {"os.environ", "os.getenv"}:
                reading.add(source.name(path))

    assert [path for path in sorted(reading) if not path.startswith(tuple(READS_ENVIRONMENT))] == []


def test_nothing_is_printed_away_from_the_edges():
    printing = [
        source.where(path, node)
        for path in source.shipped_files()
        for called, node in source.calls(path)
        if called == "print" and not source.name(path).startswith(SPEAKS_TO_THE_CONSOLE)
    ]

    assert printing == []


def test_every_moment_has_a_time_zone():
    naive = []
    for path in source.python_files():
        for called, node in source.calls(path):
            last = called.rsplit(".", 1)[-1]
            has_zone = bool(node.args) or any(keyword.arg == "tz" for keyword in node.keywords)
            if (
                last in {"utcnow", "utcfromtimestamp"}
                or (called in {"datetime.now", "datetime.datetime.now"} and not has_zone)
                or (called.endswith("datetime.fromtimestamp") and len(node.args) + len(node.keywords) < 2)
                or called in {"datetime.today", "date.today", "datetime.date.today", "datetime.datetime.today"}
            ):
                naive.append(source.where(path, node))

    assert naive == []


def test_the_clock_is_read_at_edges_only():
    edges = ("web", "api.py", "tasks.py", "listeners.py", "bridge", "management", "middleware", "listener")
    inner = ("rules.py", "models.py", "queries.py", "ports.py", "events.py", "permissions.py")
    reading = [
        source.where(path, node)
        for path in source.shipped_files()
        for called, node in source.calls(path)
        if called in {"clock.now", "datetime.now", "timezone.now", "time.time"}
        and path.name in inner
        and not set(edges) & set(path.parts)
    ]

    assert reading == []


def test_words_for_people_are_whole_and_have_named_places():
    wrong = []
    for path in source.shipped_files():
        if source.name(path) in HANDS_ON_WORDS:
            continue
        for called, node in source.calls(path):
            if called.rsplit(".", 1)[-1] not in TRANSLATES or not node.args:
                continue
            for words in node.args[: 2 if called.startswith("n") else 1]:
                if not (isinstance(words, ast.Constant) and isinstance(words.value, str)):
                    wrong.append(f"{source.where(path, node)}: not a plain text")
                elif "%s" in words.value or "%d" in words.value or "{" in words.value:
                    wrong.append(f"{source.where(path, node)}: {words.value}")

    assert wrong == []


def test_a_refusal_is_a_sentence_that_gettext_knows():
    glued = []
    for path in source.shipped_files():
        bodies = (node.body for node in source.nodes(path) if isinstance(node, ast.ClassDef))
        for node in (statement for body in bodies for statement in body):
            if not isinstance(node, ast.Assign) or source.room_of(path) is None:
                continue
            if [target.id for target in node.targets if isinstance(target, ast.Name)] != ["sentence"]:
                continue
            if not (isinstance(node.value, ast.Call) and source.dotted(node.value.func) in TRANSLATES):
                glued.append(source.where(path, node))

    assert glued == []


def test_templates_have_no_inline_style_or_script():
    inline = [
        f"{source.name(path)}: {found.group()}"
        for path in source.templates()
        for found in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]

    assert inline == []
