"""``bothub profile``: a module for each verb."""
