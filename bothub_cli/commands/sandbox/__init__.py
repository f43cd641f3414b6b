"""``bothub sandbox``: a module for each verb."""
