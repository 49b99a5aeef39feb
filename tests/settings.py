"""The settings of the site as tests run it: its own databases, no mail that leaves, nothing kept."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)

# Two runs at once, or two workers of one run, never meet: not in a database, not in a folder, not in Redis.
_run = os.environ.get("TEST_RUN") or str(os.getpid())
_name = f"test_concertation_{_run}"
_scratch_name = f"{_name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
os.environ["REDIS_PREFIX"] = _scratch_name
if os.environ.get("REDIS_URL"):
    # Redis knows this run's connections by name, so that a test which cuts them cuts nobody else's.
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?client_name={_scratch_name}"

from concertation.settings import *  # noqa: F403
from concertation.settings import DATABASES

# A file, not memory, on SQLite, so that threads and server processes of a test see the same rows under the same
# locks as in production. To a PostgreSQL name each xdist worker adds its own.
SCRATCH = Path(tempfile.gettempdir()) / _scratch_name
_on_sqlite = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3") if _on_sqlite else _name}

STATIC_ROOT = SCRATCH
MEDIA_ROOT = SCRATCH / "media"
MAIL_DIR = SCRATCH / "mail"
EMAIL_FILE_PATH = str(MAIL_DIR)
# Each client of a test starts the middleware, and WhiteNoise would read all static files each time.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
