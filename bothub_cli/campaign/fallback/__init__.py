"""Which rows go another way, and which must not."""
