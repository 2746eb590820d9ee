"""The log: append-only events with views beside them, behind one contract (base.py)."""
