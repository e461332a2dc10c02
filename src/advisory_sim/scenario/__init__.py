"""What is asked: a scenario file as frozen records."""
