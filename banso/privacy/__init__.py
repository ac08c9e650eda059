"""Finders of personal data, one kind a function: text in, ranges out.

phonenumbers and stdnum judge what the patterns propose. A general recogniser library (such as Presidio) was weighed and
left out: it loads spaCy models, which must be downloaded, has no Japanese postal, bank or My Number rules, and does
not know full-width digits, so the patterns below would be needed all the same.
"""
