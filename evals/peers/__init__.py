"""Other systems on the same files and questions, each in an environment of its own."""
