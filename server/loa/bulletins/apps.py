"""The room as Django knows it."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """Room bulletins."""

    name = "loa.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        """Declare what this room lets people do, and keep its things when units change."""
        from loa.bulletins import queries  # noqa: PLC0415 - apps must be loaded first
        from loa.bulletins.keeping import BulletinKeeper, FlowKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.keeping_days import OwnDayKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.keeping_guidance import GuidanceKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.keeping_sendings import SendingKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.keeping_supply import OfferKeeper, ShareKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.keeping_templates import TemplateKeeper  # noqa: PLC0415 - as above
        from loa.bulletins.permissions import PERMISSIONS  # noqa: PLC0415 - as above
        from loa.kernel import permissions  # noqa: PLC0415 - as above
        from loa.media import ports as media  # noqa: PLC0415 - as above
        from loa.orgs import ports as orgs  # noqa: PLC0415 - as above

        permissions.declare(PERMISSIONS)
        orgs.keep_with(BulletinKeeper())
        orgs.keep_with(SendingKeeper())
        orgs.keep_with(GuidanceKeeper())
        orgs.keep_with(OfferKeeper())
        orgs.keep_with(ShareKeeper())
        orgs.keep_with(TemplateKeeper())
        media.find_texts_with(queries.recent_texts)
        media.let_read_with(queries.is_sent_along)
        orgs.keep_with(FlowKeeper())
        orgs.keep_with(OwnDayKeeper())
