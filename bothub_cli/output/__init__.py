"""How answers, notes, errors and progress reach a person or a program."""
