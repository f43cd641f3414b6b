"""``bothub jwt``: a module for each verb."""
