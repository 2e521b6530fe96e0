"""The sample machines, run and compared with their expected answers and with full histories kept in files."""
