"""Keep the index: a verb that writes or takes back a text calls ``index`` in its transaction."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Model

from concertation.batches import in_batches

from .models import Entry
from .sources import Source, Text, source, sources
from .tokens import encoded, terms

ROWS = 500


def index(name: str, rows: Sequence[Model]) -> None:
    """Index the texts of these rows as they are now, instead of what was indexed of them."""
    forget(name, [row.pk for row in rows])
    Entry.objects.bulk_create(entries_of(source(name), rows), batch_size=ROWS)


def index_new(name: str, rows: Sequence[Model]) -> None:
    """Index rows that this transaction has inserted: nothing is indexed of them yet."""
    Entry.objects.bulk_create(entries_of(source(name), rows), batch_size=ROWS)


def forget(name: str, pks: Iterable[int]) -> None:
    """Delete what was indexed of these rows."""
    for some in in_batches(list(pks)):
        Entry.objects.filter(object_id__in=some, source=name).delete()


def rebuild() -> int:
    """Index everything anew and return how many entries there are."""
    with transaction.atomic():
        Entry.objects.all().delete()
        for one in sources():
            pks = list(one.rows().order_by("pk").values_list("pk", flat=True))
            for some in in_batches(pks):
                Entry.objects.bulk_create(entries_of(one, list(one.rows().filter(pk__in=some))), batch_size=ROWS)
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
        title=_encoded(text.title),
        words=" 0 ".join(filter(None, (_encoded(text.plain), _encoded(text.ref)))),
    )


def _encoded(text: str) -> str:
    return " ".join(map(encoded, terms(text)))
