"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "bulletins.view": _("read bulletins"),
    "bulletins.write": _("write bulletins and hand them in"),
    "bulletins.administer": _("decide which fields bulletins belong to and how they are decided on"),
    "bulletins.approve": _("approve bulletins or send them back"),
    "bulletins.send": _("send approved bulletins to units below and call them back"),
    "bulletins.release": _("release an emergency that another person sends to units below"),
    "bulletins.guide": _("publish guidance for units below"),
    "bulletins.offer": _("offer words to a unit’s newsroom"),
    "bulletins.share": _("put approved bulletins into the share library"),
    "bulletins.export": _("let a unit's whole archive leave the program"),
}
