"""A home: the folder that holds config/, inbox/ and store/. The settings may put inbox and store elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """`inbox_at` and `store_at` are relative to the root, or absolute; `after` is what happens to ingested files.

    `network_store`: the store may lie on a network file system.
    """

    root: Path
    inbox_at: Path = Path("inbox")
    store_at: Path = Path("store/tallywire.db")
    after: str = "move"
    network_store: bool = False

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def inbox(self) -> Path:
        return self.root / self.inbox_at

    @property
    def database(self) -> Path:
        return self.root / self.store_at

    @property
    def store(self) -> Path:
        return self.database.parent

    @property
    def lock(self) -> Path:
        return self.database.with_suffix(".lock")

    @property
    def begun(self) -> Path:
        return self.database.with_suffix(".begun")

    @property
    def health(self) -> Path:
        return self.store / "health.json"

    @property
    def socket(self) -> Path:
        return self.store / "control.sock"
