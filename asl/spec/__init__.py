"""How an element of the language declares itself: kinds of values, fields, rules and quotas."""
