"""The commands, one file each; `cli.main` imports the one that is asked for."""
