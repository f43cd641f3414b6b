"""``bothub token``: a module for each verb."""
