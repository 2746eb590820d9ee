"""When two addresses are those of one page: the key by which a newer version of an article finds the older one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Parameters that say where a reader came from, never which page it is.
_TRACKING: Final = re.compile(
    r"utm_\w+|(?:fbc|gc|msc|twc|yc|dc)lid|mc_[ce]id|igshid|cmp(?:id)?|ref(?:_src|_url)?|smid|smtyp|ns_\w+|at_\w+|spm|ocid",
    re.IGNORECASE,
)
_LONGEST: Final = 2_000


def page_key(url: str | None) -> str | None:
    """The page behind an address: host and path, without scheme, "www.", fragment and tracking parameters.

    None for what names no single page: no web address, or a site's front door (many sites give that as the canonical
    address of everything).
    """
    if not url or len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host:
        return None
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~").rstrip("/")
    query = urlencode(sorted((k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.fullmatch(k)))
    if re.sub(r"/(?:index|default|home)(?:\.\w+)?$", "", path) == "" and not query:
        return None
    return f"{host}{port}{path}" + (f"?{query}" if query else "")
