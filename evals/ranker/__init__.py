"""Training of the ranker that orders search results (`banso/knowledge/ranking.py`)."""
