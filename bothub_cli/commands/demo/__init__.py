"""``bothub demo``, with the picture that it sends."""
