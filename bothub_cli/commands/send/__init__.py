"""``bothub send`` and ``bothub send-card``, with the options that they share."""
