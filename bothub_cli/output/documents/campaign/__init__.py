"""The answers about campaigns."""
