"""What one wording says on each channel, as far as somebody changed it or handed it in."""

from django.db import models
from django.db.models import Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import Revision, is_kept
from loa.bulletins.rules.renditions import BODY_LONGEST, Form, Words
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Rendition(models.Model):
    """One form of a wording. It changes while its wording is a draft; what was handed in stands (migration 0005)."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="renditions")
    form = models.CharField(max_length=16, choices=[(form.value, form.value) for form in Form])
    title = models.CharField(max_length=rules.TITLE_LONGEST, blank=True)
    body = models.TextField(blank=True)
    source_sha256 = models.CharField(max_length=64)
    """The digest of the words it was made of, or of those for which a person said that it still holds."""
    recipe = models.PositiveSmallIntegerField()
    is_edited = models.BooleanField()
    written_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    scope_lookup = "revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_rendition"
        constraints = [
            models.UniqueConstraint(fields=["revision", "form"], name="bulletins_rendition_once"),
            models.CheckConstraint(
                condition=Q(form__in=[form.value for form in Form]), name="bulletins_rendition_form_known"
            ),
            models.CheckConstraint(
                condition=is_kept("title", rules.TITLE_LONGEST), name="bulletins_rendition_title_plain"
            ),
            models.CheckConstraint(condition=is_kept("body", BODY_LONGEST), name="bulletins_rendition_body_plain"),
            models.CheckConstraint(
                condition=Q(source_sha256__regex="^[0-9a-f]{64}$"), name="bulletins_rendition_source_is_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.revision_id}"

    @property
    def words(self) -> Words:
        """Return what it says."""
        return Words(form=Form(self.form), title=self.title, body=self.body)
