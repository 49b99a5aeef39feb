"""Serve sockets from the live channel, and HTTP from Django's WSGI handler in a small thread pool."""

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertation.settings")
pages = get_wsgi_application()

# Imported after the apps are loaded, because the channel imports their models.
from concertation.live.consumer import live_socket  # noqa: E402
from concertation.live.lifespan import lifespan  # noqa: E402
from concertation.live.wsgi import PagesInThreads  # noqa: E402

http = PagesInThreads(cast(Any, pages), threads=settings.HTTP_THREADS)
application = ProtocolTypeRouter({"http": http, "websocket": live_socket, "lifespan": lifespan})
