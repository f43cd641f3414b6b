"""One run of the program: its options, its environment, its standard input, and the person at the terminal."""
