"""One process, two doors: sockets go to the live channel, HTTP to Django's WSGI handler in a small pool of threads."""

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertation.settings")
pages = get_wsgi_application()

# After the applications are loaded, because the channel reads its models.
from concertation.live.consumer import live_socket  # noqa: E402
from concertation.live.lifespan import lifespan  # noqa: E402
from concertation.live.wsgi import PagesInThreads  # noqa: E402

http = PagesInThreads(cast(Any, pages), threads=settings.HTTP_THREADS)
application = ProtocolTypeRouter({"http": http, "websocket": live_socket, "lifespan": lifespan})
