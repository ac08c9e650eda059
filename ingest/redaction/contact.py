"""The finders of contact data; they live in banso/privacy, where the draft gate uses them too."""

from banso.privacy.contact import Range, emails, labelled_otherwise, phones, postal_codes

__all__ = ["Range", "emails", "labelled_otherwise", "phones", "postal_codes"]
