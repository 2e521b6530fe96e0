"""One small function for each operation: takes the emulator, the caller and the request's members."""
