"""How fast, and in which hours, a campaign sends."""
