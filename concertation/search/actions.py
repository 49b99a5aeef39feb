"""Keep the index: a verb that writes or takes back a text calls ``index`` in its transaction."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Model

from concertation.batches import in_batches, let_others_write

from .models import Entry
from .sources import Source, Text, source, sources
from .tokens import encoded_words

ROWS = 500


def index(name: str, rows: Sequence[Model]) -> None:
    """Index the texts of these rows as they are now, instead of what was indexed of them."""
    forget(name, [row.pk for row in rows])
    index_new(name, rows)


def index_new(name: str, rows: Sequence[Model]) -> None:
    """Index rows that this transaction has inserted: nothing is indexed of them yet."""
    Entry.objects.bulk_create(entries_of(source(name), rows), batch_size=ROWS)


def forget(name: str, pks: Iterable[int]) -> None:
    """Delete what was indexed of these rows."""
    for some in in_batches(list(pks)):
        Entry.objects.filter(object_id__in=some, source=name).delete()


def rebuild() -> int:
    """Index everything anew while the site runs, and return how many entries there are.

    A few hundred rows a transaction, each locked as by the verb that would write it; then what is indexed of rows that
    are gone is deleted.
    """
    for one in sources():
        pks = list(one.rows().order_by("pk").values_list("pk", flat=True))
        for some in in_batches(pks):
            with transaction.atomic():
                rows = one.rows().filter(pk__in=some).order_by("pk").select_for_update(of=("self",))
                index(one.name, list(rows))
            let_others_write()
        Entry.objects.filter(source=one.name).exclude(object_id__in=one.rows().values("pk")).delete()
    return Entry.objects.count()


def entries_of(one: Source[Model], rows: Sequence[Model]) -> list[Entry]:
    return [_entry(one.name, pk, text) for pk, texts in one.texts(rows).items() for text in texts]


def _entry(name: str, pk: int, text: Text) -> Entry:
    return Entry(
        source=name,
        object_id=pk,
        part=text.part,
        consultation_id=text.consultation_id,
        at=text.at,
        title=encoded_words(text.title),
        words=" 0 ".join(filter(None, (encoded_words(text.plain), encoded_words(text.ref)))),
    )
