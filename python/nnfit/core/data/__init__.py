"""Rows: read, checked, described, scaled and cut into batches, from arrays and from files."""
