"""From what the user wrote to bodies that go out, and what became of each."""
