"""How much input is read before it is refused: the API itself takes far less (250 KB a message)."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024  # bytes of one JSON message; JSON Lines and arrays hold any number of them
MAX_YAML_BYTES = 4 * 1024 * 1024  # bytes of a whole YAML file, which is read at once
MAX_DEPTH = 64  # nested objects and lists; RCC.07's deepest message has 12
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly, RFC 7493 2.2
