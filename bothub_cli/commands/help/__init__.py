"""``bothub help`` and its texts."""
