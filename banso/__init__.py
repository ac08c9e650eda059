"""The kernel that the app, the agents, the tools, ingestion and the evals share. It imports none of them."""
