"""The command line: questions (look.py), commands that change something (change.py), the daemon itself (daemon.py)."""
