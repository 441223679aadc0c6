"""What a search looks through: a row beside every bulletin, which follows it by triggers."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from loa.bulletins.models.bulletins import Bulletin
from loa.kernel.scoped import ScopedManager


class Sought(models.Model):
    """The words of a bulletin's present wording, folded, and what else a search asks for. Written by triggers alone.

    `words` are those of title and text. Each stands without accents, with them, and joined to the next one.
    """

    bulletin = models.OneToOneField(Bulletin, on_delete=models.CASCADE, primary_key=True, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=16)
    sound = models.CharField(max_length=8)
    kind = models.CharField(max_length=24)
    category = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    origin_level = models.CharField(max_length=16)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    title_words = SearchVectorField()
    words = SearchVectorField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_sought"
        indexes = [
            GinIndex(fields=["title_words"], fastupdate=False, name="bulletins_sought_title_words"),
            GinIndex(fields=["words"], fastupdate=False, name="bulletins_sought_words"),
            models.Index(fields=["unit", "-changed_at"], name="bulletins_sought_unit"),
            models.Index(fields=["-changed_at", "-bulletin"], name="bulletins_sought_changed"),
        ]

    def __str__(self) -> str:
        return f"what is sought of {self.bulletin_id}"


class Word(models.Model):
    """A word that occurs in some bulletin, folded: where a misspelled one is mended. Written by triggers alone."""

    word = models.CharField(max_length=20, primary_key=True)

    class Meta:
        db_table = "bulletins_word"
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="bulletins_word_alike")]

    def __str__(self) -> str:
        return self.word
