"""Who has a bulletin open for editing."""

from django.db import models

from loa.kernel.scoped import ScopedManager


class Editing(models.Model):
    """When a person was last seen with a bulletin's form open. Kept for minutes, for the others' eyes."""

    bulletin = models.ForeignKey("Bulletin", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    scope_lookup = "bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_editing"
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="bulletins_editing_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.bulletin_id}"
