"""`tallywire redact`: an article's texts are blanked, and what was derived from them goes with them.

The one exception to the log's immutability (DESIGN: "Events"); figures, dates and who said them stay, so that no
estimate changes. Files that lie somewhere are their owners' to delete: the command names those in the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tallywire import duplicates
from tallywire.arguments import CommandError, find, reason
from tallywire.eventstore.base import Transaction

Json = dict[str, Any]


def redact_article(tx: Transaction, arguments: Json, by: str) -> Json:
    """Blanks title, text, original and quotes. Again: raises CommandError."""
    article, why = find(tx, "article", arguments), reason(arguments)
    if article["is_redacted"]:
        raise CommandError(f"article {article['id'][:12]} is redacted already")
    tx.redact(article["id"], why=why, by=by)
    duplicates.forget(tx, article["id"])
    for row in tx.rows("file", article=article["id"]):
        tx.delete("file", row["path"])
    return {"article": article["id"], "size": article["size"]}


COMMANDS: Final[dict[str, Callable[[Transaction, Json, str], Json]]] = {"articles.redact": redact_article}
