"""From files to the index: sources, masking, chunking and the pipeline that joins them."""
