"""The books after a fault: what must be there is there, once, and people were told.

`audit` looks at a home whose daemon is dead or alive and gives Figures; what is wrong is listed in words. Deliveries
and figures may still be on their way then; `settled` says that nothing is, and that everything was told.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallywire import inbox, ledger
from tallywire.eventstore import evidence
from tallywire.eventstore.sqlite import SqliteStore
from tests.deliver.sinks import Webhook
from tests.harness import Place

CHANNEL = "hook"  # the channel whose sink is looked at


@dataclass
class Figures:
    """What the rounds added up to. `lost`: files; `double`: articles or claims; `breaks`: of chain, views or evidence;
    `untold`: alerts that never arrived, and figures that nobody was told of; `unmarked`: repeats that don't say so."""

    rounds: int = 0
    kills: int = 0
    files: int = 0
    lost: int = 0
    double: int = 0
    breaks: int = 0
    untold: int = 0
    alerts: int = 0
    messages: int = 0
    repeats: int = 0
    unmarked: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.kills} kills, {self.files} files: {self.lost} lost, {self.double} double, "
            f"{self.breaks} chain breaks, {self.untold} of {self.alerts} alerts lost; "
            f"{self.messages} messages, {self.repeats} repeats, {self.unmarked} of them unmarked"
        )

    @property
    def is_clean(self) -> bool:
        return not self.wrong


def audit(place: Place, hooks: Webhook, dropped: Mapping[str, bytes]) -> Figures:
    """The state of a home at any moment. `dropped`: the name and content of every file that was put in its inbox."""
    figures = Figures(files=len(dropped))
    if not has_begun(place.home.database):
        figures.lost = sum(not (place.home.inbox / name).exists() for name in dropped)
        figures.wrong += [f"{figures.lost} files are gone"] * bool(figures.lost)
        return figures
    with place.store() as store, store.snapshot():
        lost, double, breaks = list(_lost(place, store, dropped)), list(_double(store)), list(_breaks(store))
        figures.lost, figures.double, figures.breaks = len(lost), len(double), len(breaks)
        figures.wrong += [*lost, *double, *breaks]
        _deliveries(store, hooks, figures)
    return figures


def has_begun(database: Path) -> bool:
    """Whether the first transaction, which makes the tables, came to its end."""
    if not database.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as raw:
        return bool(raw.execute("PRAGMA user_version").fetchone()[0])


def settled(place: Place, hooks: Webhook, dropped: Mapping[str, bytes]) -> Figures:
    """The same once nothing is on its way, when each alert must have arrived and each figure must have been told."""
    figures = audit(place, hooks, dropped)
    with place.store() as store, store.snapshot():
        untold = [*_unarrived(store, hooks), *_untold_figures(store, hooks)]
        distinct = {hashlib.sha256(content).hexdigest() for content in dropped.values() if content}
        unknown = distinct - {row["id"] for row in store.rows("article")}
    figures.lost += len(unknown)
    figures.untold += len(untold)
    figures.wrong += [*untold, *(f"the content {each[:12]} was never recorded" for each in unknown)]
    return figures


# --- files ------------------------------------------------------------------------------------------------------------


def _lost(place: Place, store: SqliteStore, dropped: Mapping[str, bytes]) -> Iterator[str]:
    """A file may lie in the inbox, or be put away or set aside with the store knowing of it; nothing else."""
    known = {row["id"] for row in store.rows("article")}
    refused = {row["path"] for row in store.rows("rejection")}
    lying = {found.path for found in inbox.scan(place.home.inbox)}
    done, rejected = _contents(place.home.inbox / inbox.DONE), _contents(place.home.inbox / inbox.REJECTED)
    for name, content in dropped.items():
        digest = hashlib.sha256(content).hexdigest()
        is_filed = (digest in known and done[digest] > 0) or (name in refused and rejected[digest] > 0)
        if name not in lying and not is_filed:
            yield f"{name} is neither in the inbox nor accounted for"
    listed = {row["path"] for row in ledger.files(store, place.home.inbox, "move")}
    yield from (f"{path} lies in the inbox and is not listed" for path in lying - listed)


def _contents(folder: Path) -> Counter[str]:
    return Counter(hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file())


# --- the store --------------------------------------------------------------------------------------------------------


def _double(store: SqliteStore) -> Iterator[str]:
    """By the log, not by tables whose keys could hide a second one."""
    articles, claims = Counter[Any](), Counter[Any]()
    for event in store.events(types=["ArticleReceived", "ClaimRecorded"]):
        if event.type == "ArticleReceived":
            articles[event.stream] += 1
        else:
            claims[event.data["article"], event.data["start"], event.data["estimate"]] += 1
    for what, count in (articles + claims).items():
        if count > 1:
            yield f"{what} was recorded {count} times"


def _breaks(store: SqliteStore) -> Iterator[str]:
    found = store.verify()
    if found.bad is not None:
        yield found.bad
        return
    yield from store.compare()
    yield from evidence.problems(store)


# --- messages ---------------------------------------------------------------------------------------------------------


def _deliveries(store: SqliteStore, hooks: Webhook, figures: Figures) -> None:
    came: dict[str, list[bool]] = {}
    for _, body in list(hooks.posts):
        came.setdefault(body["id"], []).append(body["possible_repeat"])
    rows = [row for row in store.rows("delivery") if row["channel"] == CHANNEL]
    falsely = [row["alert"] for row in rows if row["state"] == "delivered" and row["alert"] not in came]
    figures.alerts = len(rows)
    figures.messages = sum(map(len, came.values()))
    figures.repeats = figures.messages - len(came)
    figures.unmarked = sum(not mark for marks in came.values() for mark in marks[1:])
    figures.untold = len(falsely)
    figures.wrong += [f"alert {each} counts as delivered and never came" for each in falsely]
    if figures.unmarked:
        figures.wrong.append(f"{figures.unmarked} repeats are not marked")


def _unarrived(store: SqliteStore, hooks: Webhook) -> Iterator[str]:
    came = {body["id"] for _, body in hooks.posts}
    for row in store.rows("delivery"):
        if row["channel"] == CHANNEL and (row["state"] != "delivered" or row["alert"] not in came):
            yield f"alert {row['alert']} is {row['state']} and {'came' if row['alert'] in came else 'never came'}"


def _untold_figures(store: SqliteStore, hooks: Webhook) -> Iterator[str]:
    """What people last heard of an estimate is what it stands at: true whatever the outbox believes."""
    heard = {body["estimate"]: (body["after"] or {}).get("best") for _, body in hooks.posts if body["estimate"]}
    for row in store.rows("estimate"):
        best = (row["state_json"] or {}).get("best")
        if best != heard.get(row["id"]):
            yield f"{row['id']} stands at {best}, and people last heard {heard.get(row['id'])}"
