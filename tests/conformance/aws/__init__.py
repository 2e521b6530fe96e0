"""Plays what AWS recorded against `asl.simulate`, in process, and compares in full."""
