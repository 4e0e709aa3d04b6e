"""A fit as one file, for R and for Python: safetensors, with the rest as JSON in its header."""
