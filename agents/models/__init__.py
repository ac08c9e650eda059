"""Chat models, one a file behind one lookup."""
