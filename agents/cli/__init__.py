"""The command lines, one group a file; `agents/__main__.py` puts them together."""
