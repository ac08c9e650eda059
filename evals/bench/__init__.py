"""Speed and size: one command measures every row of the table in docs/performance.md, one file a part."""
