"""A test's server gets a port that nobody else has, and is spoken to without what only strangers' servers need."""

import socket
import ssl
from typing import Any

import httpx

# Made once: whoever trusts nobody need not read who is to be trusted, which takes longer than most tests do.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def loopback(address: str, **more: Any) -> httpx.AsyncClient:
    """A client of a server on this machine."""
    return httpx.AsyncClient(**{"base_url": address, "timeout": 20, "verify": NO_TLS} | more)
