"""The API of BotHub, as the sandbox answers it."""
