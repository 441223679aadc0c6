"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "orgs.view": _("see units"),
    "orgs.administer": _("add units and decide who may do what there"),
    "orgs.define_roles": _("make roles of one’s own for the unit"),
    "orgs.delegate": _("let somebody stand in with one’s own role for a while"),
    "orgs.reorganise": _("propose and approve changes of units"),
    "orgs.carry_out": _("carry out an approved change of units on its day"),
    "orgs.begin_support": _("begin a support session that both sides agreed to"),
}

ADMINISTRATIVE = frozenset({"orgs.administer", "orgs.define_roles", "orgs.reorganise"})
FOR_PROGRAMS = frozenset({"orgs.carry_out", "orgs.begin_support"})
