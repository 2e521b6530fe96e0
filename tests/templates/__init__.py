"""Templates of deployment tools, read and run."""
