"""The audit room as Django knows it."""

from django.apps import AppConfig

from loa.kernel import permissions as register


class AuditConfig(AppConfig):
    """Takes the auditor's place in the kernel."""

    name = "loa.audit"
    label = "audit"

    def ready(self) -> None:
        """Begin to keep the record."""
        from loa.audit import commands, permissions  # noqa: PLC0415 - models exist only now
        from loa.kernel import command  # noqa: PLC0415 - as above

        register.declare(permissions.PERMISSIONS)
        command.audit_with(commands.append)
