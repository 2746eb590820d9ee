"""What if: the same claims folded under another policy, or without some sources. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast, get_args

from tallywire import ask
from tallywire.arguments import CommandError, find, nearest
from tallywire.core.definition import Definition, Policy
from tallywire.core.estimate import Standing
from tallywire.core.source import normal
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder

Json = dict[str, Any]
GRADES: Final = "ABCDEF"
SETTINGS: Final = ("near", "jump", "window_days", "voices")


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed for the question. `grade`: only originators graded so or better, and those without a grade."""

    policy: str | None = None
    without_sources: tuple[str, ...] = ()
    without_outlets: tuple[str, ...] = ()
    grade: str | None = None
    settings: tuple[tuple[str, float], ...] = ()

    def words(self) -> str:
        parts = [f"policy {self.policy}"] if self.policy else []
        parts += [f"{name} {value:g}" for name, value in self.settings]
        parts += [f"without {name}" for name in (*self.without_sources, *self.without_outlets)]
        parts += [f"without originators graded worse than {self.grade}"] if self.grade else []
        return ", ".join(parts)


class Otherwise(Folder):
    """A folder of another mind."""

    def __init__(self, reader: Reader, change: Change) -> None:
        super().__init__(reader)
        self._change = change

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        return {name: self._changed(definition) for name, definition in Folder(self._reader).definitions.items()}

    def _changed(self, definition: Definition) -> Definition:
        named: dict[str, Any] = dict(self._change.settings)
        for whole in ("window_days", "voices"):
            named |= {whole: int(named[whole])} if whole in named else {}
        policy = cast(Policy, self._change.policy or definition.policy)
        return replace(definition, policy=policy, settings=replace(definition.settings, **named))

    def standing(self, estimate: str) -> tuple[Standing, ...]:
        return tuple(claim for claim in super().standing(estimate) if self._counts(claim))

    def _counts(self, claim: Standing) -> bool:
        change = self._change
        if normal(claim.originator or "") in {normal(n) for n in change.without_sources}:
            return False
        if normal(claim.outlet or "") in {normal(n) for n in change.without_outlets}:
            return False
        entry = self.sources.entry(claim.originator or claim.outlet)
        return change.grade is None or entry is None or entry.grade is None or entry.grade <= change.grade


def whatif(reader: Reader, change: Change, wanted: str | None = None) -> list[Json]:
    """[{id, title, now, then}], `now` and `then` as `ask.line` gives them; all estimates, or the one that is wanted.

    Pins are left out on both sides: the question is about the machine's value. Raises CommandError for a name that
    nobody bears.
    """
    now, then = Folder(reader), Otherwise(reader, checked(change, reader))
    names = [find(reader, "estimate", {"id": wanted})["id"]] if wanted else list(now.definitions)
    rows = []
    for name in names:
        if name not in now.definitions:
            raise CommandError(f"{name} is retired: it is no longer in config/estimates.yaml")
        title = now.definitions[name].title
        lines = [ask.line(name, title, folder.folded(name).summary()) for folder in (now, then)]
        rows.append(
            {
                "id": name,
                "title": title,
                "now": lines[0],
                "then": lines[1],
                "differs": _figures(lines[0]) != _figures(lines[1]),
            }
        )
    return rows


def _figures(line: Json) -> list[Any]:
    return [line[name] for name in ("best", "low", "high", "planned", "contradictions")]


def checked(change: Change, reader: Reader) -> Change:
    """The change with canonical names."""
    if not change.words():
        raise CommandError("what should be otherwise? --policy, --without-source, --without-outlet, --grade, --near")
    if change.policy and change.policy not in get_args(Policy):
        near = nearest(change.policy, get_args(Policy))
        raise CommandError(f"policy {change.policy!r} is none of {', '.join(get_args(Policy))}{near}")
    folder = Folder(reader)
    voices = {(s.originator, s.outlet) for name in folder.definitions for s in folder.standing(name)}
    sources, outlets = ({v[place] for v in voices if v[place]} for place in (0, 1))
    return replace(
        change,
        without_sources=_known(folder, change.without_sources, sources, "source"),
        without_outlets=_known(folder, change.without_outlets, outlets, "outlet"),
    )


def _known(folder: Folder, names: tuple[str, ...], known: set[Any], what: str) -> tuple[str, ...]:
    by_form = {normal(name): str(name) for name in known}
    found = []
    for name in names:
        form = normal(folder.sources.canonical(name) or "")
        if form not in by_form:
            raise CommandError(f"no {what} called {name!r} said anything{nearest(name, sorted(by_form.values()))}")
        found.append(by_form[form])
    return tuple(found)
