"""What stands beside an answer on the Ask tab: solved tickets, people, and what to do where nothing answers."""
