"""How requests reach the network; the rest of the program knows only the protocol in ``base``."""
