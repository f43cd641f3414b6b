"""``bothub suppression``: a module for each verb."""
