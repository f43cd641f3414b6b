"""The story of a campaign, as far as it still needs the context of a command."""
