"""No test talks to another machine: whatever tries is told so where it tries."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


class OutsideCall(RuntimeError):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    """Whether this name or address means this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def stay_here() -> None:
    """From now on, and for as long as the process lives, refuse every connection to another machine."""
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if isinstance(address, tuple) and not is_here(address[0]):
            raise OutsideCall(
                f"A test tried to reach {address[0]}. Let a server on 127.0.0.1 stand in for it."
            )
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
        if not is_here(host):
            raise OutsideCall(f"A test tried to look {host!r} up. Let a server on 127.0.0.1 stand in for it.")
