"""A test without a database is refused what differs on PostgreSQL and Redis, where it is left out."""

import socket
import sqlite3
import subprocess
import sys

import pytest
from django.core.cache import cache, caches

from concertation.accounts.models import User
from tests.one_database import NeedsBoth, has_no_database, is_left_out


def test_it_opens_no_connection():
    with pytest.raises(NeedsBoth), socket.socket() as one:
        one.connect(("127.0.0.1", 9))
    with pytest.raises(NeedsBoth):
        sqlite3.connect(":memory:")


def test_it_starts_no_process_of_ours():
    with pytest.raises(NeedsBoth):
        subprocess.run([sys.executable, "-c", ""], check=False)


def test_it_shares_no_cache():
    with pytest.raises(NeedsBoth):
        cache.get("anything")

    caches["pages"].get("anything")


def test_it_reads_no_row():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()


def test_it_alone_is_left_out(request):
    assert is_left_out(request.node)


def test_one_with_a_fixture_of_the_database_is_run_on_both(request, consultation):
    assert not has_no_database(request.node)


@pytest.mark.django_db
def test_one_with_the_mark_of_the_database_is_run_on_both(request):
    assert not has_no_database(request.node)
    cache.get("anything")


def test_one_with_a_client_is_run_on_both(request, client):
    assert not has_no_database(request.node)


@pytest.mark.one_database("its subject is the mark itself")
def test_one_with_the_mark_is_left_out(request, db):
    assert is_left_out(request.node)


@pytest.mark.skipif(False, reason="a condition on where it runs")
def test_one_with_a_condition_is_run_on_both(request):
    assert not has_no_database(request.node)
