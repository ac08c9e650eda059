"""The Review tab: what a reviewer sees of the queue and of one draft, and what they can do with it."""
