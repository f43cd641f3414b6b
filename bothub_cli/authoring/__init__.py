"""Messages as people write them: reading JSON and YAML, skeletons, and command-line flags as model values."""
