"""What the ledger says to people, one file a language."""
