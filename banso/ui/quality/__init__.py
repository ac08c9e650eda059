"""The Quality tab: what the evaluation harness measured. Its presenters serve the HTML report of `evals` too."""
