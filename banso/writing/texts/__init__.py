"""The sentences about findings, one file a language."""
