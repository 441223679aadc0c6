"""Fields of information in which an agency supplies words."""

from django.db import models

from loa.kernel.scoped import ScopedManager


class AgencyField(models.Model):
    """That an agency supplies words in a field and in those below it. Without any it may in every field."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey("orgs.Agency", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("Category", on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    scope_lookup = "agency__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_agency_field"
        constraints = [models.UniqueConstraint(fields=["agency", "category"], name="bulletins_agency_field_once")]

    def __str__(self) -> str:
        return f"{self.category_id} by {self.agency_id}"
