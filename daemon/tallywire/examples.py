"""The living example: the configuration that `tallywire init` copies, from the checkout or the installed package."""

from __future__ import annotations

from pathlib import Path

FILES = ("tallywire.yaml", "estimates.yaml", "alerts.yaml", "sources.yaml", "channels.yaml")


def folder() -> Path:
    """config/ of the checkout, or the copy that the built package carries."""
    packaged = Path(__file__).with_name("example")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "config"


def copy_to(config: Path, *, estimates: bool = True) -> list[Path]:
    """Copies the example files that are not there yet; gives those it wrote."""
    config.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FILES:
        target = config / name
        if target.exists() or (name == "estimates.yaml" and not estimates):
            continue
        target.write_bytes((folder() / name).read_bytes())
        written.append(target)
    return written
