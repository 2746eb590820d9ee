"""The pure part: values and decisions. No files, clock, network, randomness or logging in here."""
