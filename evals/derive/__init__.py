"""Search cases made from data sets that have an answer key of their own and stay outside this repository."""
