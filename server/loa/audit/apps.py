"""The audit room as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from loa.kernel import acts as naming
from loa.kernel import permissions as register


class AuditConfig(AppConfig):
    """Takes the auditor's place in the kernel, and every table under the record once it exists."""

    name = "loa.audit"
    label = "audit"

    def ready(self) -> None:
        """Begin to keep the record."""
        from loa.audit import acts, attaching, commands, permissions  # noqa: PLC0415 - models exist only now
        from loa.kernel import command  # noqa: PLC0415 - as above

        register.declare(permissions.PERMISSIONS)
        naming.name(acts.ACTS)
        command.audit_with(commands.Record())
        post_migrate.connect(attaching.attach, sender=self, dispatch_uid="audit.attach")
