"""What the acts of this room are called in the record."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: Mapping[str, str | Promise] = {
    "orgs.add_hamlet": _("add a hamlet"),
    "orgs.add_level": _("add a level of units"),
    "orgs.add_person": _("open an account with a role"),
    "orgs.appoint": _("appoint somebody to a post"),
    "orgs.approve": _("approve a change of units"),
    "orgs.carry_out": _("carry out a change of units"),
    "orgs.change_role": _("change a role"),
    "orgs.close_agency": _("close an agency"),
    "orgs.close_post": _("close a post"),
    "orgs.compensate": _("propose the reverse of a change of units"),
    "orgs.decline": _("decline a change of units"),
    "orgs.define_role": _("make a role"),
    "orgs.delegate": _("let somebody stand in"),
    "orgs.end_delegation": _("end a delegation"),
    "orgs.end_level": _("end a level of units"),
    "orgs.end_support": _("end a support session"),
    "orgs.extend": _("set a new end of a right"),
    "orgs.grant": _("give a role"),
    "orgs.keep_basis": _("keep a legal basis"),
    "orgs.keep_units": _("bring units from a list"),
    "orgs.keep_units_of_today": _("bring units of today from a list"),
    "orgs.leave": _("let somebody leave"),
    "orgs.open_agency": _("open an agency"),
    "orgs.open_post": _("open a post"),
    "orgs.offer_support": _("ask somebody to help"),
    "orgs.agree_to_support": _("agree to be helped"),
    "orgs.accept_support": _("agree to help"),
    "orgs.begin_support": _("begin a support session"),
    "orgs.refuse_support": _("refuse a support session"),
    "orgs.call_off_support": _("call a support session off"),
    "orgs.place_people": _("place the people of a level that vanishes"),
    "orgs.propose": _("propose a change of units"),
    "orgs.rename_agency": _("rename an agency"),
    "orgs.retire_role": _("retire a role"),
    "orgs.undo": _("take an approved change of units back"),
    "orgs.withdraw": _("take a role away"),
    "orgs.withdraw_proposal": _("withdraw a proposed change of units"),
}
