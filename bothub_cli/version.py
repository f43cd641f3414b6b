"""Which version this is; apart, so that every layer can say it and nothing else is loaded for it."""

__version__ = "0.2.0"
