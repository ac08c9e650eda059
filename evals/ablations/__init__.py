"""The same questions with one part of the search left out: what each part is worth, and why a page was not found."""
