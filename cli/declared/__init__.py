"""Declared tests: files that say how runs of a machine are to end, read, played and told."""
