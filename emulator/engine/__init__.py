"""Engines drive the core: they obey its commands, keep its deadlines and tell it what happened."""
