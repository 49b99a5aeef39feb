"""The database around a transactional test: emptied after it, given the rows of the migrations before the next one.

Django truncates every table on PostgreSQL, which makes new files for each of them and its indexes, and saves the rows
of the migrations one by one. Both took longer than most tests.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.base.operations import BaseDatabaseOperations


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let a commit on PostgreSQL return before it is on disk, for the servers of the tests too."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.close()
        connection.close_pool()


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_by_delete() -> Iterator[None]:
    """Empty the tables by DELETE; on PostgreSQL lock each one first, as TRUNCATE does, to wait for servers that write.

    The journal's trigger, which refuses DELETE, is lifted for this alone.
    """
    from concertation.journal import triggers

    def sql_flush(self: BaseDatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        names = [self.quote_name(table) for table in tables]
        lock = [f"LOCK TABLE {', '.join(names)}"] if self.connection.vendor == "postgresql" else []
        return lock + [f"DELETE FROM {name}" for name in names]

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        in_one_message = self.connection.vendor == "postgresql"
        messages = ["; ".join(sql_list)] if in_one_message else sql_list
        with transaction.atomic(self.connection.alias), triggers.lifted(self.connection):
            run_all(self, messages)

    operations = type(connections["default"].ops)
    run_all = operations.execute_sql_flush
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        patch.setattr(operations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def _rows_of_migrations_come_back_at_once() -> Iterator[None]:
    """Django saves them the first time; from then on each table gets its rows in one statement."""
    saved = BaseDatabaseCreation.deserialize_db_from_string
    inserts: list[tuple[str, list[Any]]] = []

    def deserialize_db_from_string(self: BaseDatabaseCreation, data: str) -> None:
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            if not inserts:
                saved(self, data)
                inserts.extend(_inserts(self.connection, cursor))
            else:
                for insert in inserts:
                    cursor.execute(*insert)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", deserialize_db_from_string)
        yield


def _inserts(connection: Any, cursor: Any) -> Iterator[tuple[str, list[Any]]]:
    """Return the statement and its values for every table that has rows."""
    for table in map(connection.ops.quote_name, connection.introspection.django_table_names(only_existing=True)):
        cursor.execute(f"SELECT * FROM {table}")
        if rows := cursor.fetchall():
            row = f"({', '.join(['%s'] * len(rows[0]))})"
            yield f"INSERT INTO {table} VALUES {', '.join([row] * len(rows))}", list(chain.from_iterable(rows))
