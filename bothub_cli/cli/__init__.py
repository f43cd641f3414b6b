"""The machinery of the command line: the tree, its groups, shared options, and errors made into exit codes."""
