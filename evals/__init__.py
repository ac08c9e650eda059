"""Measures search, answers, citations, abstention and safety; CI stops on a regression."""
