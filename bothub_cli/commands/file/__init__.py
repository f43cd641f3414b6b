"""``bothub file``: a module for each verb."""
