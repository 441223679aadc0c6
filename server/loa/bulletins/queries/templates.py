"""Which templates a person may fill in."""

import uuid

from django.db.models import Q

from loa.bulletins.models import Template
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import rules as orgs


def templates(scope: Scope) -> ScopedQuerySet[Template]:
    """Return the templates in use of the units a person writes for and of those above, by name."""
    places = {root.partition("#")[0].removesuffix("!").partition("/@")[0] for root in scope.roots("bulletins.write")}
    above = {path for place in places for path in orgs.ancestor_paths(place)}
    kept: ScopedQuerySet[Template] = Template.objects.unscoped("narrowed to the units above whom the person writes for")
    if not scope.everywhere:
        below = Template.objects.within(scope, "bulletins.write").values("pk")
        kept = kept.filter(Q(unit__path__in=above) | Q(pk__in=below))
    return kept.filter(ended_at=None).select_related("unit").order_by("kind", "name", "pk")


def template(scope: Scope, template_id: uuid.UUID) -> Template:
    """Return one template in use; `NotFound` when it is absent, ended or out of reach."""
    found = templates(scope).filter(pk=template_id).first()
    if found is None:
        raise NotFound
    return found
