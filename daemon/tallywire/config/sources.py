"""sources.yaml: who is who among originators and outlets."""

from __future__ import annotations

from tallywire.config import typed
from tallywire.config.typed import Fields, mapping
from tallywire.config.yamlfile import Value
from tallywire.core.source import Source, normal


def sources(value: Value | None) -> tuple[Source, ...]:
    """The entries in their order. Raises ConfigError, also where one name would stand for two sources."""
    if value is None:
        return ()
    found = []
    taken: dict[str, tuple[str, int]] = {}
    for name, entry in mapping(value).items():
        source = _source(name, entry)
        for spelling in (source.name, *source.aliases):
            _claim(taken, spelling, source.name, entry)
        found.append(source)
    return tuple(found)


def _source(name: str, value: Value) -> Source:
    """`name: [aliases]`, or `name: {aliases: [...], grade: B, outlet: yes, muted: yes}`."""
    if not isinstance(value.content, dict):
        return Source(name, typed.names(value))
    fields = Fields(value, ("aliases", "grade", "outlet", "muted"))
    return Source(
        name,
        aliases=fields.take("aliases", typed.names, ()),
        grade=fields.take("grade", typed.one_of(*"ABCDEF"), None),
        outlet=fields.take("outlet", typed.boolean, False),  # noqa: FBT003 - the default of a yes/no key
        muted=fields.take("muted", typed.boolean, False),  # noqa: FBT003 - the default of a yes/no key
    )


def _claim(taken: dict[str, tuple[str, int]], spelling: str, name: str, value: Value) -> None:
    form = normal(spelling)
    if not form:
        raise value.error(f"'{spelling}' has no letter or digit to know it by")
    owner, line = taken.setdefault(form, (name, value.line))
    if owner != name:
        raise value.error(f"'{spelling}' already names '{owner}' (line {line})")
