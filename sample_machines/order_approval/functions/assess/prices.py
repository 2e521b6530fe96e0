"""What articles cost, in cents."""

CENTS = {"chair": 8900, "desk": 32000, "lamp": 2900}
