"""The sandbox's own JSON API."""
