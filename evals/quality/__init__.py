"""One table of how well search finds: each half alone, both fused, and the whole product, on any sets of questions."""
