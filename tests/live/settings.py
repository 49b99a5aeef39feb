"""A server's settings with the board of the tests beside the site's own apps, and an answer that fails half way."""

from concertation.settings import *  # noqa: F403
from concertation.settings import INSTALLED_APPS

INSTALLED_APPS += ["tests.live.apps.BoardConfig"]
ROOT_URLCONF = "tests.live.urls"
