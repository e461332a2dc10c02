"""What was seen: the one documented thing that leaves the engine."""
