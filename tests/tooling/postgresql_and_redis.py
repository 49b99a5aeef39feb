"""The whole suite on real services: ``python -m tests.tooling.postgresql_and_redis`` and the options of pytest.

PostgreSQL is taken from ``DATABASE_URL`` and Redis from ``REDIS_URL``, else from the standard ports of this machine.
Databases and keys bear the name of the run and are gone after it, even if the run was cut off.
"""

import os
import subprocess
import sys

import psycopg
import redis
from psycopg import sql

DATABASE_URL = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = "redis://127.0.0.1:6379/0"


def what_is_missing(database_url: str, redis_url: str) -> list[str]:
    """Return one sentence for each service that cannot be reached, or that is too old."""
    missing = []
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            if connection.info.server_version < 150000:
                missing.append(f"PostgreSQL 15 or later is needed, this is {connection.info.server_version // 10000}.")
    except psycopg.Error as error:
        missing.append(f"PostgreSQL does not answer: {str(error).strip()} (set DATABASE_URL)")
    try:
        redis.Redis.from_url(redis_url, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        missing.append(f"Redis does not answer: {error} (set REDIS_URL)")
    return missing


def clean(run: str, database_url: str, redis_url: str) -> None:
    """Delete what an interrupted run has left."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        ours = f"test\\_concertation\\_{run}%"
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [ours]).fetchall():
            print(f"Dropping {name}, which the run had left.", file=sys.stderr)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    client = redis.Redis.from_url(redis_url)
    for key in client.scan_iter(f"test_concertation_{run}*"):
        client.delete(key)


def main() -> int:
    database_url = os.environ.get("DATABASE_URL") or DATABASE_URL
    redis_url = os.environ.get("REDIS_URL") or REDIS_URL
    if missing := what_is_missing(database_url, redis_url):
        print("\n".join(missing), file=sys.stderr)
        return 2
    run = str(os.getpid())
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "TEST_RUN": run}
    try:
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment, check=False).returncode
    finally:
        clean(run, database_url, redis_url)


if __name__ == "__main__":
    sys.exit(main())
