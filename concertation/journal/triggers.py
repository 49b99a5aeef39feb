"""Database triggers that refuse to change or delete a journal entry."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "journal_journalentry"
_REFUSE = "SELECT RAISE(ABORT, 'journal entries are never changed or deleted')"

INSTALL = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON {TABLE} BEGIN {_REFUSE}; END",
        f"CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON {TABLE} BEGIN {_REFUSE}; END",
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'journal entries are never changed or deleted' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION journal_append_only()
        """,
    ],
}
LIFT = {
    "sqlite": ["DROP TRIGGER IF EXISTS journal_no_update", "DROP TRIGGER IF EXISTS journal_no_delete"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS journal_append_only ON journal_journalentry",
        "DROP FUNCTION IF EXISTS journal_append_only()",
    ],
}


def install(connection: BaseDatabaseWrapper) -> None:
    _run(connection, INSTALL)


def lift(connection: BaseDatabaseWrapper) -> None:
    _run(connection, LIFT)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For the test runner only: SQLite empties a table by DELETE, which the trigger refuses."""
    lift(connection)
    try:
        yield
    finally:
        install(connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
