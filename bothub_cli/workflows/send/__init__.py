"""The story of a message that is sent, as far as it still needs the context of a command."""
