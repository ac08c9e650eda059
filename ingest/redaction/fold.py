"""Folding; it lives in banso/privacy, where the draft gate uses it too."""

from banso.privacy.fold import fold

__all__ = ["fold"]
