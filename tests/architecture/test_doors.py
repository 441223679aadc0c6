"""Rooms meet through doors: what import-linter's layers cannot see."""

import ast
import importlib
import inspect
import pkgutil

import pytest
from django.apps import apps

from loa.kernel import command, permissions
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedManager
from tools import source

DOORS = {"commands", "queries", "events", "ports", "permissions", "rules", "refusals"}
OWN_DOORS = {
    "media": {"store", "speech", "intake", "transcribing", "edits", "editing", "releasing", "streams"},
    "devices": {"below", "keys", "bridge", "live"},
    "dispatch": {"coming", "counting", "days", "holding", "plans", "spoken", "standing", "walls"},
    "orgs": {"unit_form"},
    "schedules": {"troubles"},
    "accounts": {"passwords"},
    "box": {"saying", "postgres"},
}
"""What a room offers besides: named by `media/README.md` and so on."""

MOUNTED = {"web", "api"}
"""The shell gives every room's edges their addresses."""

MAY_LOOK_INTO = {"box", "cli"}
"""They start and seed everything and may look into a room to do it, never write past its commands."""

PLAIN_COMMANDS = {
    "accounts.create_user": "names the unit for `open_account`, which is the command",
    "orgs.import_units": "reads the list outside the transaction and hands it to `keep_units`, which is the command",
}
"""Public functions of a `commands.py` that take a scope and are no commands themselves."""


def room_imports():
    """Every import of one room by another: file, node, room, module, names."""
    for path in source.shipped_files():
        mine = source.room_of(path)
        if mine is None:
            continue
        for node in source.nodes(path):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("loa.") and not node.level:
                parts = node.module.split(".")
                if parts[1] in source.ROOMS and parts[1] not in {mine, "kernel"}:
                    yield path, node, mine, parts[1], parts[2] if len(parts) > 2 else None


def test_a_neighbor_is_entered_through_its_doors():
    past_the_door = []
    for path, node, mine, room, module in room_imports():
        if mine in MAY_LOOK_INTO:
            continue
        entered = {module} if module else {alias.name for alias in node.names}
        allowed = DOORS | OWN_DOORS.get(room, set()) | {"models"} | (MOUNTED if mine == "shell" else set())
        past_the_door += [f"{source.where(path, node)}: loa.{room}.{name}" for name in sorted(entered - allowed)]

    assert past_the_door == []


def test_a_neighbors_models_are_named_as_types_and_never_queried():
    queried = []
    for path, node, mine, _room, module in room_imports():
        if module != "models" or mine in MAY_LOOK_INTO:
            continue
        names = {alias.asname or alias.name for alias in node.names}
        for used in source.nodes(path):
            is_manager = isinstance(used, ast.Attribute) and used.attr in {
                "objects",
                "_base_manager",
                "_default_manager",
            }
            if is_manager and isinstance(used.value, ast.Name) and used.value.id in names:
                queried.append(source.where(path, used))

    assert queried == []


def test_a_neighbors_modules_are_imported_not_their_functions():
    taken = []
    for path, node, mine, room, module in room_imports():
        if module in {"commands", "queries"} and mine not in MAY_LOOK_INTO:
            taken += [f"{source.where(path, node)}: {room}.{module}.{a.name}" for a in node.names if a.name.islower()]

    assert taken == []


def room_modules(name):
    for room in source.ROOMS:
        module = f"loa.{room}.{name}"
        if (source.SERVER / room / f"{name}.py").is_file() or (source.SERVER / room / name).is_dir():
            yield room, importlib.import_module(module)


def scoped_functions(module):
    for name, function in vars(module).items():
        is_own = inspect.isfunction(function) and f"{function.__module__}.".startswith(f"{module.__name__}.")
        if name.startswith("_") or not is_own:
            continue
        parameters = list(inspect.signature(function).parameters.values())
        if parameters and parameters[0].annotation in {Scope, "Scope"}:
            yield name, function


def test_every_write_that_takes_a_scope_is_a_command():
    bare = {
        f"{room}.{name}"
        for room, module in room_modules("commands")
        if room != "audit"
        for name, function in scoped_functions(module)
        if not command.is_decorated(function)
    }

    assert bare == set(PLAIN_COMMANDS)


def test_every_command_is_written_in_a_rooms_commands():
    for action, spec in command.registered().items():
        room = action.split(".")[0]
        assert spec.function.__module__.startswith(f"loa.{room}.")
        parameters = list(inspect.signature(spec.function).parameters.values())
        assert parameters[0].name in {"scope", "_scope"}
        assert all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters)


def test_every_command_needs_a_declared_permission():
    undeclared = {
        action: spec.permission
        for action, spec in command.registered().items()
        if spec.permission not in permissions.declared()
    }

    assert undeclared == {}


def test_every_model_that_belongs_to_a_unit_is_read_with_a_scope():
    for model in apps.get_models():
        if hasattr(model, "scope_lookup"):
            assert isinstance(model._default_manager, ScopedManager), model
        elif model.__module__.startswith("loa."):
            direct = [field.name for field in model._meta.concrete_fields if field.name == "unit"]
            assert not direct, f"{model} stands at a unit and has no scope_lookup"


def test_no_model_has_an_order_of_its_own_and_constraints_bear_their_tables_name():
    for model in apps.get_models():
        if not model.__module__.startswith("loa."):
            continue
        assert not model._meta.ordering, model
        for constraint in model._meta.constraints:
            assert constraint.name.startswith(model._meta.db_table.split("_")[0]), constraint.name


@pytest.mark.parametrize("package", ["loa", "loa_protocol", "loa_agent"])
def test_every_module_can_be_imported(package):
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, prefix=f"{package}."):
        if ".tests" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
