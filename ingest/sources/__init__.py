"""One kind of source a file: manuals, tickets, Slack, CRM."""
