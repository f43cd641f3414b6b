"""What a journal tells about its campaign: where it stands, how it went."""
