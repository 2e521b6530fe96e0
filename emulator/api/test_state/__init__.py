"""TestState: one state is tried, and what it makes of its data on the way is told."""
