"""Changing units in two persons' hands: propose, approve, take back, and carry out on the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from loa.kernel import text
from loa.kernel.command import command, emit
from loa.kernel.command import note as on_record
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.orgs import carrying, carrying_versions, changes, demanding, reversing
from loa.orgs.changes import Placing, Plan
from loa.orgs.events import Reorganised
from loa.orgs.models import LegalBasis, Reorganisation, Unit
from loa.orgs.refusals import DayHasCome, DayNotCome, EarlierWaits, ReverseLater, SamePerson, SeenOtherwise
from loa.orgs.rules import ReorganisationState as State

_WHY = "the command asked"


@command("orgs.reorganise")
def keep_basis(
    scope: Scope, unit: Unit, /, *, number: str, title: str, issuer: str, issued_on: date | None = None
) -> LegalBasis:
    """Keep the decision a change rests on; the same number of the same issuer is the same decision, as it was kept."""
    about = {"title": text.stored(title).strip(), "issued_on": issued_on}
    issuer, number = text.stored(issuer).strip(), text.stored(number).strip()
    kept, is_new = LegalBasis.objects.get_or_create(number=number, issuer=issuer, defaults=about)
    on_record(basis=kept.pk, new=is_new)
    return kept


@command("orgs.reorganise")
def propose(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    basis: LegalBasis,
    effective_on: date,
    plan: Plan,
    now: datetime,
    is_retroactive: bool = False,
) -> Reorganisation:
    """Propose a change of units below a unit at midnight of a day. It changes nothing until another person approves.

    A day that has begun needs `is_retroactive`. Raises `PlanRefused`, `ProposedAlready`, and `Denied` when a unit that
    is touched stands where the person has no say.
    """
    demanding.one_at_a_time()
    demanding.sound(plan, on=effective_on, now=now, is_retroactive=is_retroactive)
    demanding.reach(scope, plan)
    made = _keep(scope, unit, title=title, basis=basis, effective_on=effective_on, plan=plan, now=now,
                 is_retroactive=is_retroactive)  # fmt: skip
    on_record(reorganisation=str(made.pk), plan=made.plan_sha256, on=str(effective_on), retroactive=is_retroactive)
    return made


@command("orgs.reorganise")
def place_people(scope: Scope, reorganisation: Reorganisation, /, *, people: Sequence[Placing]) -> None:
    """Say where people go whose level vanishes, before anybody approves. What is approved is another plan then."""
    kept = demanding.locked(reorganisation, State.PROPOSED)
    plan = replace(changes.from_json(kept.plan), people=tuple(people))
    kept.plan, kept.plan_sha256 = changes.to_json(plan), changes.sha256(plan)
    kept.save(update_fields=["plan", "plan_sha256"])
    on_record(plan=kept.plan_sha256, placed=len(people))


@command("orgs.reorganise", needs_fresh=True)
def approve(
    scope: Scope, reorganisation: Reorganisation, /, *, plan_sha256: str, now: datetime, note: str = ""
) -> None:
    """Approve what was seen, named by its digest: from its day on the official tree is another one.

    Another person than who proposed it, whose right comes from neither them nor after the proposal: else
    `RightFromProposer`. Present units stay as they are until the clock carries it out at midnight.
    """
    demanding.one_at_a_time()
    kept = demanding.locked(reorganisation, State.PROPOSED)
    if scope.actor.id == str(kept.proposed_by_id):
        raise SamePerson
    plan = changes.from_json(kept.plan)
    if plan_sha256 not in {kept.plan_sha256} & {changes.sha256(plan)}:
        raise SeenOtherwise
    demanding.independent(scope, kept, plan, now=now)
    ground, outcome = demanding.sound(
        plan, on=kept.effective_on, now=now, is_retroactive=kept.is_retroactive, compensates=kept.compensates
    )
    demanding.reach(scope, plan)
    demanding.placed(plan, ground, outcome, now=now)
    written = carrying_versions.write(kept, plan, tree=ground.tree, outcome=outcome)
    demanding.decide(kept, State.APPROVED, scope, said=note, now=now, outcome={"written": written})
    on_record(plan=kept.plan_sha256, on=str(kept.effective_on), **{name: len(codes) for name, codes in written.items()})


@command("orgs.reorganise")
def decline(scope: Scope, reorganisation: Reorganisation, /, *, note: str, now: datetime) -> None:
    """Refuse a proposal, saying why; whoever proposed it withdraws instead."""
    kept = demanding.locked(reorganisation, State.PROPOSED)
    if scope.actor.id == str(kept.proposed_by_id):
        raise SamePerson
    demanding.decide(kept, State.DECLINED, scope, said=note, now=now)


@command("orgs.reorganise")
def withdraw_proposal(scope: Scope, reorganisation: Reorganisation, /, *, now: datetime) -> None:
    """Take a proposal back before anybody decided."""
    demanding.decide(demanding.locked(reorganisation, State.PROPOSED), State.WITHDRAWN, scope, said="", now=now)


@command("orgs.reorganise", needs_fresh=True)
def undo(scope: Scope, reorganisation: Reorganisation, /, *, note: str, now: datetime) -> None:
    """Take an approved change back before its day: nothing has happened yet, so one person is enough to stop it.

    Raises `DayHasCome` from midnight of its day on; then only `compensate` helps.
    """
    demanding.one_at_a_time()
    kept = demanding.locked(reorganisation, State.APPROVED)
    if timezone.localdate(now) >= kept.effective_on:
        raise DayHasCome
    written = (kept.outcome or {})["written"]
    carrying_versions.take_back(kept, written)
    demanding.decide(kept, State.UNDONE, scope, said=note, now=now)
    on_record(plan=kept.plan_sha256)


@command("orgs.reorganise")
def compensate(
    scope: Scope,
    reorganisation: Reorganisation,
    /,
    *,
    title: str,
    basis: LegalBasis,
    effective_on: date,
    now: datetime,
    is_retroactive: bool = False,
) -> Reorganisation:
    """Propose the reverse of a change that is in force: units open again, things that are still there go back.

    It takes two persons again. Raises `TouchedSince` where a later change reached one of its units, `ReverseLater`
    for the day of the change itself.
    """
    demanding.one_at_a_time()
    kept = demanding.locked(reorganisation, State.IN_FORCE)
    if effective_on <= kept.effective_on:
        raise ReverseLater
    plan = reversing.reverse(kept)
    demanding.sound(plan, on=effective_on, now=now, is_retroactive=is_retroactive, compensates=kept)
    demanding.reach(scope, plan)
    made = _keep(scope, kept.unit, title=title, basis=basis, effective_on=effective_on, plan=plan, now=now,
                 is_retroactive=is_retroactive, compensates=kept)  # fmt: skip
    on_record(reorganisation=str(made.pk), plan=made.plan_sha256)
    return made


@command("orgs.carry_out")
def carry_out(scope: Scope, reorganisation: Reorganisation, /, *, now: datetime) -> bool:
    """Let an approved change take effect, at midnight of its day or when the clock comes back; once only.

    All in one transaction: killed half way, nothing has happened. Returns False when it was done already.
    """
    kept = Reorganisation.objects.unscoped(_WHY).select_for_update(of=("self",)).get(pk=reorganisation.pk)
    if kept.state == State.IN_FORCE:
        return False
    if kept.state != State.APPROVED:
        raise WrongState
    if timezone.localdate(now) < kept.effective_on:
        raise DayNotCome
    earlier = Reorganisation.objects.unscoped(_WHY).filter(state=State.APPROVED, effective_on__lt=kept.effective_on)
    if earlier.exists():
        raise EarlierWaits
    carried = carrying.carry(kept, changes.from_json(kept.plan), now=now)
    kept.state, kept.carried_out_at = State.IN_FORCE.value, now
    kept.outcome = (kept.outcome or {}) | carried.told()
    kept.save(update_fields=["state", "carried_out_at", "outcome"])
    unit = Unit.objects.unscoped(_WHY).get(pk=kept.unit_id)
    emit(Reorganised(
        reorganisation_id=kept.pk, unit_path=unit.path, effective_on=str(kept.effective_on), at=now
    ))  # fmt: skip
    on_record(plan=kept.plan_sha256, on=str(kept.effective_on), **carried.counts())
    return True


def _keep(
    scope: Scope, unit: Unit, *, title: str, basis: LegalBasis, effective_on: date, plan: Plan, now: datetime,
    is_retroactive: bool, compensates: Reorganisation | None = None,
) -> Reorganisation:  # fmt: skip
    demanding.no_twin(unit, plan_sha256=changes.sha256(plan), on=effective_on)
    made: Reorganisation = Reorganisation.objects.create(
        title=text.stored(title).strip()[:200],
        unit=unit,
        basis=basis,
        effective_on=effective_on,
        is_retroactive=is_retroactive,
        plan=changes.to_json(plan),
        plan_sha256=changes.sha256(plan),
        compensates=compensates,
        state=State.PROPOSED.value,
        proposed_by_id=None if scope.everywhere else int(scope.actor.id),
        proposed_at=now,
    )
    return made
