"""Stores: what keeps an emulator's records and the signals that its executions were told."""
