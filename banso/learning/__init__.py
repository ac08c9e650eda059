"""What a person's edit of the agent's text teaches: candidate rules and test cases, accepted by an administrator."""
