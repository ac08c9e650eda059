"""What a run found, for people: in the terminal, as one HTML page, and in the app's Quality tab."""
