"""What no pattern can say: the parts of a mail, dates, money, prevailing style. `check:` in a rule names a function."""
