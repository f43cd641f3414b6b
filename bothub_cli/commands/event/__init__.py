"""``bothub event``: a module for each verb."""
