"""``python -m bothub_cli``: the program where its command is not on the PATH."""

from bothub_cli.entry import run

run()
