"""Plays what AWS recorded of tasks on other services against the emulator, in process."""
