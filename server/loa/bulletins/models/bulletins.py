"""Bulletins and their revisions."""

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from loa.bulletins import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


def is_kept(field: str, longest: int) -> Q:
    """Return the condition that a text is NFC, not too long, and free of control characters but tab and line break."""
    return (
        Q(**{f"{field}__regex": "^[^\\x01-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$"})
        & Q(Func(F(field), template="(%(expressions)s IS NFC NORMALIZED)", output_field=BooleanField()))
        & Q(LessThanOrEqual(Length(field), longest))
    )


class Bulletin(models.Model):
    """What a unit has to say. The words stand in its revisions; `current` is the one people see."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.State])
    current = models.OneToOneField("Revision", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edition = models.PositiveIntegerField(default=1, db_default=1)
    """Rises with every change of the words: who saves says which one they had before them."""
    origin_level = models.CharField(max_length=16, blank=True)
    """The level of the unit when it was written; empty for what was written before this was kept."""
    version_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    """The bulletin of which this is the version in another language."""

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_bulletin"
        indexes = [
            models.Index(fields=["unit", "state", "-changed_at"], name="bulletins_bulletin_unit"),
            models.Index(fields=["author", "-changed_at"], name="bulletins_bulletin_author"),
            models.Index(fields=["version_of"], name="bulletins_bulletin_versions"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in rules.State]), name="bulletins_bulletin_state_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="bulletins_bulletin_titled"),
            models.CheckConstraint(
                condition=Q(version_of=None) | ~Q(version_of=F("id")), name="bulletins_bulletin_version_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that speaks; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"bulletin:{self.id}"


class Revision(models.Model):
    """One wording with its sound. Once handed in its words stand; once approved nothing changes (migration 0005)."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    text = models.TextField(blank=True)
    clip_id = models.UUIDField(null=True)
    voice = models.CharField(max_length=64, blank=True)
    written_by = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.RevisionState])
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in rules.Kind], default="notice")
    category = models.ForeignKey("Category", on_delete=models.PROTECT, null=True, related_name="+")
    abstract = models.TextField(blank=True)
    byline = models.CharField(max_length=rules.BYLINE_LONGEST, blank=True)
    language = models.ForeignKey("Language", on_delete=models.PROTECT, default=rules.VIETNAMESE, related_name="+")
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    is_must = models.BooleanField(default=False)
    requester = models.CharField(max_length=rules.REQUESTER_LONGEST, blank=True)
    """For whom it is announced; empty when the unit speaks for itself."""
    paper = models.ForeignKey("media.Document", on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(null=True)
    """What the fixed form of a third party was filled with."""
    recipe = models.PositiveSmallIntegerField(default=rules.RECIPE, db_default=1)
    """What the digest of its approval covers; 1 for what was handed in before facts were kept."""

    scope_lookup = "bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_revision"
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="bulletins_revision_numbered_once"),
            models.UniqueConstraint(fields=["id", "bulletin"], name="bulletins_revision_of_its_bulletin"),
            models.UniqueConstraint(
                fields=["bulletin"],
                condition=Q(state__in=[state.value for state in rules.LIVE_REVISIONS]),
                name="bulletins_revision_one_live",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="bulletins_revision_counts_from_one"),
            models.CheckConstraint(
                condition=~Q(title="") & is_kept("title", rules.TITLE_LONGEST), name="bulletins_revision_title_plain"
            ),
            models.CheckConstraint(condition=is_kept("text", rules.TEXT_LONGEST), name="bulletins_revision_text_plain"),
            models.CheckConstraint(condition=is_kept("note", rules.NOTE_LONGEST), name="bulletins_revision_note_plain"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "archived"], submitted_at=None, decided_at=None, decided_by=None)
                | Q(state__in=["submitted", "superseded"], submitted_at__isnull=False, decided_at=None, decided_by=None)
                | Q(
                    state__in=["returned", "approved"],
                    submitted_at__isnull=False,
                    decided_at__gte=F("submitted_at"),
                    decided_by__isnull=False,
                ),
                name="bulletins_revision_times_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "archived"]) | Q(clip_id__isnull=False),
                name="bulletins_revision_handed_in_with_sound",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(note=""), name="bulletins_revision_returned_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in rules.Kind]), name="bulletins_revision_kind_known"
            ),
            models.CheckConstraint(
                condition=is_kept("abstract", rules.ABSTRACT_LONGEST), name="bulletins_revision_abstract_plain"
            ),
            models.CheckConstraint(
                condition=is_kept("byline", rules.BYLINE_LONGEST), name="bulletins_revision_byline_plain"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
                name="bulletins_revision_valid_forward",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "archived"])
                | Q(recipe=1)
                | (
                    Q(category__isnull=False, valid_from__isnull=False, valid_until__isnull=False)
                    & ~Q(abstract="")
                    & ~Q(byline="")
                ),
                name="bulletins_revision_handed_in_complete",
            ),
            models.CheckConstraint(
                condition=Q(requester="", paper=None, answers=None)
                | (
                    ~Q(requester="")
                    & is_kept("requester", rules.REQUESTER_LONGEST)
                    & Q(paper__isnull=False, answers__isnull=False)
                    & Q(kind__in=sorted(kind.value for kind in rules.THIRD_PARTY))
                ),
                name="bulletins_revision_third_party_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number} ({self.state})"

    @property
    def facts(self) -> rules.Facts:
        """Return what is said about it beside the words."""
        return rules.Facts(
            kind=rules.Kind(self.kind),
            category=self.category_id or "",
            abstract=self.abstract,
            byline=self.byline,
            language=self.language_id or rules.VIETNAMESE,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            is_must=self.is_must,
        )

    @facts.setter
    def facts(self, facts: rules.Facts) -> None:
        """Take over what is said about it; the caller saves it."""
        self.kind, self.category_id = facts.kind, facts.category or None
        self.abstract, self.byline, self.language_id = facts.abstract, facts.byline, facts.language
        self.valid_from, self.valid_until, self.is_must = facts.valid_from, facts.valid_until, facts.is_must

    def told(self) -> dict[str, object]:
        """Return the facts as the digest of an approval covers them; load it with `paper`."""
        return rules.told(
            self.facts,
            requester=self.requester,
            paper_sha256=self.paper.sha256 if self.paper else "",
            answers=self.answers,
        )
