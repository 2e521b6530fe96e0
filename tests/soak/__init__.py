"""The properties of `tests.properties.test_anything`, run for minutes and guided by what code they reach."""
