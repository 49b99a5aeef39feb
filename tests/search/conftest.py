"""Texts to be found, written through the verbs."""

from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.indexing import index_holds  # noqa: F401 - a fixture that every test here uses
