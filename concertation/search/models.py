"""The index: the words of each text that can be found, and nothing of who may read it."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from .query import Query


class WordsField(models.TextField):  # type: ignore[type-arg]
    """Encoded words, one space between them. ``words__find=query`` holds where title and words answer a ``Query``."""


class _Find(models.Lookup[Query]):
    """SQLite finds rows by their number in one list, for FTS5 would be asked once a row by a join."""

    lookup_name = "find"
    prepare_rhs = False
    in_title = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        alias = compiler.quote_name_unless_alias(self.lhs.alias)
        query = self.rhs
        if connection.vendor == "postgresql":
            asked = query.title_for_postgresql if self.in_title else query.for_postgresql
            return f"{alias}.vector @@ %s::tsquery", (asked,)
        asked = query.title_for_sqlite if self.in_title else query.for_sqlite
        found = "(SELECT rowid FROM search_words WHERE search_words MATCH %s)"
        return f"{alias}.id IN {found}", (asked,)


class _FindInTitle(_Find):
    lookup_name = "find_in_title"
    in_title = True


WordsField.register_lookup(_Find)
WordsField.register_lookup(_FindInTitle)


class Entry(models.Model):
    """The words of one text, or of one section of a long one: ``source`` and ``object_id`` name whose.

    A base app holds no key upwards: rights are joined when one asks, through the source.
    """

    source = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    part = models.PositiveIntegerField(default=0)
    consultation_id = models.BigIntegerField()
    at = models.DateTimeField()
    title = WordsField(blank=True)
    words = WordsField(blank=True)

    class Meta:
        verbose_name_plural = "entries"
        # The key first: nearly all rows are of one source, and SQLite would read them all.
        constraints = [models.UniqueConstraint(fields=["object_id", "source", "part"], name="one_entry_per_text")]

    def __str__(self) -> str:
        return f"{self.source}:{self.object_id}/{self.part}"
