"""The requests for the two access tokens, and their answers."""
