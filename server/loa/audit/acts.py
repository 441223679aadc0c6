"""What the acts of this room are called in the record."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: Mapping[str, str | Promise] = {
    "audit.explain": _("say why rows were changed outside every command"),
    "audit.note_restore": _("note that a backup was brought back"),
    "audit.remove_old": _("remove days that need not be kept any longer"),
    "audit.set_retention": _("set how long the record is kept"),
}
