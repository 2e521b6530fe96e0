"""What `asl compare` does beside the comparison: runs the machine, and tells what came of it."""
