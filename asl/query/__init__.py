"""The query languages: how a field of a state reads its data."""
