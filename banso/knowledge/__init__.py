"""Documents, chunks, embedding, the two indexes, search and citations."""
