"""One fit: from rows that are ready to a network that is trained."""
