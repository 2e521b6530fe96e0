"""The rules of the validator: their table, their pages, and what docs/rules makes of them."""
