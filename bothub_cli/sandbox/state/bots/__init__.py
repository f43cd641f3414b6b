"""The bots and applications that the sandbox knows."""
