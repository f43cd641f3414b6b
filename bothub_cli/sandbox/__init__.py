"""A local BotHub: the whole API over real loopback HTTP, its phones, its webhooks and its faults."""
