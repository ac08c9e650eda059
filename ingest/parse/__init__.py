"""One module a family of file formats; each turns bytes into a Document without touching the network."""
