"""An Article and definitions become Claims: numbers, bounds, nouns, frames, scope, sources and dates, as layers."""
