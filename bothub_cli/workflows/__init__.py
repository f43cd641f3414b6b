"""What a command does with the context of the user; for as long as these stories need that context."""
