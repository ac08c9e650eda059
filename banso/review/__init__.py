"""Drafts, decisions, the outbox and the audit trail: the only code that can let a message out."""
