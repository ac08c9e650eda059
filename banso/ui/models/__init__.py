"""The Model tab: which chat models answer, a trial call, and what answers took. For admins."""
