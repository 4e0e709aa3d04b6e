"""A fit as a file that says what to do, for processes that are started for it."""
