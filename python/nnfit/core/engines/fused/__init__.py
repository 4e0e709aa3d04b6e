"""Steps without autograd: forward, backward and update as lists of operations on buffers."""
