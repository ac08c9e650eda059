"""The rules, one file a language; each carries the examples that are its tests."""
