"""Where settings, profiles and credentials come from, and where they are kept."""
