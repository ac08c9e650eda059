"""Reading a Slack export: the workspace, its messages as plain text, and conversations made of them."""
