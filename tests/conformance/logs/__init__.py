"""What AWS wrote into log groups, and what the emulator writes."""
