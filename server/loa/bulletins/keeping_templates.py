"""What becomes of a unit's templates when units change: they go along with its work."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.models import Template
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import ports

_WHY = "templates go along when their units change"


class TemplateKeeper(ports.LastingKeeper):
    """Keeps the templates units offer to themselves and those below; two with one name stand side by side."""

    name = "templates"
    words: str | Promise = _("templates of bulletins")
    thing = "template:"

    def standing(self) -> ScopedQuerySet[Template]:
        """Return the templates that are still offered."""
        found: ScopedQuerySet[Template] = Template.objects.unscoped(_WHY).filter(ended_at=None).order_by("pk")
        return found
