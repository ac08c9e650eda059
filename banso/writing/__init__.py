"""Checks customer mail against the norms of business writing and mends what can be mended without changing meaning."""
