"""The library as a program uses it: one client that is set up as the command line is, and messages in one call."""
