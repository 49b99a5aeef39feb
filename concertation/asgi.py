"""One process, two doors: sockets go to the live channel, HTTP to Django's WSGI handler in a small pool of threads.

Django's own ASGI handler costs four to five times as much a request, and our views are synchronous.
"""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertation.settings")
http = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=settings.HTTP_THREADS)

# After the applications are loaded, because the channel reads its models.
from concertation.live.lifespan import lifespan  # noqa: E402
from concertation.live.sockets import live_socket  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": live_socket, "lifespan": lifespan})
