"""One file a command: options, one call, the answer shown."""
