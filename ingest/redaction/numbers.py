"""The finders of numbers; they live in banso/privacy, where the draft gate uses them too."""

from banso.privacy.numbers import bank_accounts, cards, my_numbers

__all__ = ["bank_accounts", "cards", "my_numbers"]
