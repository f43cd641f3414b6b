"""The command line for RCS business messages on Orange's BotHub API."""

__version__ = "0.1.0"
