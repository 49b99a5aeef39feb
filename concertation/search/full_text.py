"""Full-text indexes of the words: FTS5 on SQLite, a ``tsvector`` on PostgreSQL, both kept by the database itself."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "search_entry"
_ADD = "INSERT INTO search_words(rowid, title, words) VALUES (new.id, new.title, new.words)"
_TAKE = "INSERT INTO search_words(search_words, rowid, title, words) VALUES ('delete', old.id, old.title, old.words)"

_WORDS = f"fts5(title, words, content='{TABLE}', content_rowid='id', tokenize='ascii')"

INSTALL = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING {_WORDS}",
        f"CREATE TRIGGER IF NOT EXISTS search_added AFTER INSERT ON {TABLE} BEGIN {_ADD}; END",
        f"CREATE TRIGGER IF NOT EXISTS search_removed AFTER DELETE ON {TABLE} BEGIN {_TAKE}; END",
        f"CREATE TRIGGER IF NOT EXISTS search_changed AFTER UPDATE ON {TABLE} BEGIN {_TAKE}; {_ADD}; END",
    ],
    # The figure between the two keeps the end of a title and the beginning of a text from being neighbours: no word is
    # encoded so.
    "postgresql": [
        f"""
        ALTER TABLE {TABLE} ADD COLUMN vector tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', title || ' 0'), 'A') || to_tsvector('simple', words)
        ) STORED
        """,
        f"CREATE INDEX search_entry_vector ON {TABLE} USING gin (vector)",
    ],
}
REMOVE = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS search_added",
        "DROP TRIGGER IF EXISTS search_removed",
        "DROP TRIGGER IF EXISTS search_changed",
        "DROP TABLE IF EXISTS search_words",
    ],
    "postgresql": [f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS vector"],
}


def install(connection: BaseDatabaseWrapper) -> None:
    _run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    _run(connection, REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
