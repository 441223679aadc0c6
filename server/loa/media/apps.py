"""The room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import permissions as register
from loa.kernel import scope as scopes
from loa.media.permissions import PERMISSIONS
from loa.orgs import ports as orgs


class MediaConfig(AppConfig):
    """Room media."""

    name = "loa.media"
    label = "media"

    def ready(self) -> None:
        """Declare the room's permissions and commands, tell units which papers there are, keep words and voices."""
        from loa.media import commands, queries  # noqa: F401, PLC0415 - models exist only now; importing registers
        from loa.media.keeping import PronunciationKeeper  # noqa: PLC0415 - as above
        from loa.media.keeping_tunes import TuneKeeper  # noqa: PLC0415 - as above
        from loa.media.keeping_voices import VoiceKeeper  # noqa: PLC0415 - as above

        register.declare(PERMISSIONS)
        orgs.keep_with(PronunciationKeeper())
        orgs.keep_with(TuneKeeper())
        orgs.keep_with(VoiceKeeper())
        whole = scopes.system("documents")
        orgs.find_documents_with(lambda sha256: queries.documents(whole).filter(sha256=sha256).exists())
