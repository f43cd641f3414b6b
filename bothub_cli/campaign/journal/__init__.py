"""What a campaign remembers of its rows, so that none is written to twice."""
