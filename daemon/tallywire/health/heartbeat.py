"""Asks for the heartbeat's URL. No redirect is followed and nothing of the answer is kept."""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

from tallywire import __version__

log = logging.getLogger("tallywire.health")
TIMEOUT: Final = 10.0


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def beat(url: str) -> bool:
    """Whether the answer was a good one. Never raises, and names the host only: the rest may be a secret."""
    host = urlsplit(url).hostname or "?"
    try:
        request = urllib.request.Request(url, headers={"User-Agent": f"tallywire/{__version__}"})
        with urllib.request.build_opener(_Straight).open(request, timeout=TIMEOUT) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        log.warning("no heartbeat at %s: it answered %d", host, error.code)
        return False
    except (OSError, ValueError, http.client.HTTPException) as error:
        log.warning("no heartbeat at %s: %s", host, type(error).__name__)
        return False
    return True
