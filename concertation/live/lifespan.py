"""Stop the hub when the server announces its end (uvicorn); under Daphne, ``manage.py serve`` does this."""

from . import health
from .consumer import Receive, Scope
from .hub import stop_hub_here
from .transport import Send


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    health.begin_to_stop()
    await stop_hub_here()
    await send({"type": "lifespan.shutdown.complete"})
