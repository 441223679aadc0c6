"""What this room lets people do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, str | Promise] = {
    "dispatch.view": _("see airings and what was heard of them"),
    "dispatch.request": _("put an airing on the air without a bulletin"),
    "dispatch.stop": _("stop and cancel airings"),
    "dispatch.limit": _("set how loud loudspeakers may be, and when"),
    "dispatch.measure": _("note how loud a loudspeaker was measured"),
    "dispatch.show_wall": _("let a screen on a wall show the unit without anybody signed in"),
}

FOR_PROGRAMS = frozenset({"dispatch.request"})
