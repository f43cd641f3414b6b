"""What the sandbox holds in memory."""
