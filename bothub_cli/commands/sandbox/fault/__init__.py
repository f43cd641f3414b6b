"""``bothub sandbox fault``: a module for each verb."""
