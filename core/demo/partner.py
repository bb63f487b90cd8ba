"""In the demo the hotline has an order system too: what is pushed arrives there, and it says that it has taken it."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

import httpx
import structlog
import uvicorn

from core import clock, db, logs, ready, settings, tenants
from core.audit.model import SYSTEM
from core.demo.accounts import demo_plugins, secret_of
from core.exchange import listing, partners
from core.exchange.server import OrderSystem
from core.outbox.gateway import Receive, Send
from core.records import offered
from core.settings import Settings

log = structlog.get_logger(__name__)
# Long enough for whoever looks on to see that it waits.
THINKS: Final = 4.0
TRIES: Final = 5


async def introduce(found: Settings, port: int) -> None:
    """Each demo city that exchanges tickets knows where its partner is today; no other address is touched."""
    now = clock.now()
    async with ready.pool(found):
        for slug in demo_plugins():
            tenant = await tenants.by_slug(slug)
            for extra in listing.exchanging():
                if offered.is_offered(tenant, extra, now.date()):
                    async with db.as_tenant(tenant.id) as unit:
                        url, key = f"http://127.0.0.1:{port}/{slug}", secret_of(found, "partner", slug)
                        await partners.settle(unit, extra, url, key, by=SYSTEM, now=now, local=True)


class OrderSystems:
    """One for each city, below its own address."""

    def __init__(self, found: Settings) -> None:
        self._settings = found
        self._of = {slug: self._system(slug) for slug in demo_plugins()}
        self._answering: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        slug, _, rest = str(scope.get("path", "")).strip("/").partition("/")
        system = self._of.get(slug)
        if system is not None:
            await system({**scope, "path": f"/{rest}"}, receive, send)

    def _system(self, slug: str) -> OrderSystem:
        async def taken(event: dict[str, Any]) -> None:
            if event["event"] == "opened":
                task = asyncio.create_task(self._accept(slug, event["order"]))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

        return OrderSystem(secret_of(self._settings, "partner", slug).encode(), taken)

    async def _accept(self, slug: str, order: str) -> None:
        """By the machine interface, as any partner would."""
        for attempt in range(1, TRIES + 1):
            await asyncio.sleep(THINKS * attempt)
            said = {"id": f"demo-{order}-accepted", "status": "accepted", "at": clock.now().isoformat()}
            try:
                async with httpx.AsyncClient(base_url=self._settings.public_url, timeout=10) as client:
                    head = {"Authorization": f"Bearer {self._key(slug)}"}
                    answer = await client.post(f"/api/v1/orders/{order}/events", json=said, headers=head)
            except (httpx.HTTPError, OSError, KeyError):
                continue
            log.info("demo-partner-accepted", order=order, status=answer.status_code)
            return

    def _key(self, slug: str) -> str:
        return str(json.loads((self._settings.var / "demo.json").read_text("utf-8"))["api_keys"][slug])


async def serve(port: int) -> None:
    config = uvicorn.Config(OrderSystems(settings.read()), host="127.0.0.1", port=port, lifespan="off", log_config=None)
    await uvicorn.Server(config).serve()


def main(argv: Sequence[str] | None = None) -> None:
    logs.configure()
    parser = argparse.ArgumentParser(description="本机的热线工单系统：收下推送，几秒后回报已受理")
    parser.add_argument("--port", type=int, default=8026)
    asyncio.run(serve(parser.parse_args(argv).port))


if __name__ == "__main__":
    main()
