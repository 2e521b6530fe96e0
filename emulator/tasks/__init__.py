"""Runners of tasks, behind one port."""
