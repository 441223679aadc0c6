"""What who sent a wording back marked in it, and what the author answered."""

from django.db import models
from django.db.models import F, Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import Revision
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Mark(models.Model):
    """A note to a passage of a wording that was sent back. `begins` and `ends` count code points; it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="marks")
    begins = models.PositiveIntegerField()
    ends = models.PositiveIntegerField()
    quote = models.TextField()
    note = models.CharField(max_length=rules.MARK_NOTE_LONGEST)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    scope_lookup = "revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_mark"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="bulletins_mark_is_somewhere"),
            models.CheckConstraint(condition=~Q(note=""), name="bulletins_mark_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.begins}-{self.ends} of {self.revision_id}"


class MarkAnswer(models.Model):
    """The author's word that a mark is dealt with, perhaps with how; it never changes."""

    mark = models.OneToOneField(Mark, on_delete=models.PROTECT, related_name="answer")
    words = models.CharField(max_length=rules.MARK_NOTE_LONGEST, blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    scope_lookup = "mark__revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_mark_answer"

    def __str__(self) -> str:
        return f"answer to {self.mark_id}"
