"""The ways a message leaves, one a file, behind one protocol. Only the sender imports them."""
