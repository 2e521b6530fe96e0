"""What runs inside the processes of functions: a script for each language, which imports nothing of ours."""
