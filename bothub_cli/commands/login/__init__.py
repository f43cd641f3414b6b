"""``bothub login`` and ``bothub logout``."""
