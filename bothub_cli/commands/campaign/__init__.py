"""``bothub campaign``: a module for each verb."""
