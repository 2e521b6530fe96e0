"""Plays what AWS's API answered against the emulator, in process, from request bytes to response bytes."""
