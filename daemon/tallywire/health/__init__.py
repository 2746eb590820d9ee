"""Whether the daemon does its work: what it knows of itself, what ails it, and who is told."""
