"""``bothub message``: a module for each verb."""
