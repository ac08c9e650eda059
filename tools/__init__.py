"""What the model may call, one tool a file."""
