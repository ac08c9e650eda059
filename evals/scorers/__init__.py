"""Scorers: pure functions. `None` means not eligible; unscored is never zero."""
