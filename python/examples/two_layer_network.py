"""A two-layer network, by hand and in one call.

Cells start with `# %%`: run it as a script, or cell by cell in VS Code, Spyder or PyCharm;
`jupytext --to ipynb` makes a notebook of it.
"""

# %% [markdown]
# # A two-layer network
#
# 64 rows of 1000 random inputs go through 100 hidden units to 10 random outputs. There is nothing
# to find in noise; the network learns it by heart, and the loss goes down.

# %%
import time

import numpy as np
import torch
from torch import nn

from nnfit.core import fit

N, D_IN, H, D_OUT = 64, 1000, 100, 10


def draw_data():
    """Draw the same inputs and outputs each time, and leave torch's generator at the same place."""
    torch.manual_seed(0)
    return torch.randn(N, D_IN), torch.randn(N, D_OUT)


# %% [markdown]
# ## By hand
#
# Forward, backward, and a small step downhill; 500 times.

# %%
x, y = draw_data()
model = nn.Sequential(nn.Linear(D_IN, H), nn.ReLU(), nn.Linear(H, D_OUT))
loss_fn = nn.MSELoss(reduction="sum")
learn_rate = 1e-4

began = time.perf_counter()
losses = []
for _ in range(500):
    loss = loss_fn(model(x), y)
    losses.append(loss.item())
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for param in model.parameters():
            param -= learn_rate * param.grad
by_hand = time.perf_counter() - began

for epoch in [1, 2, 3, 100, 200, 300, 400, 500]:
    print(f"{epoch:3}  {losses[epoch - 1]:.3g}")

# %% [markdown]
# ## In one call
#
# Without a seed `fit()` goes on with torch's own generator, so the network starts from the same
# weights as the one above.

# %%
x, y = draw_data()
began = time.perf_counter()
result = fit(
    x,
    y,
    hidden_units=H,
    activation="relu",
    loss="mse",
    reduction="sum",
    optimizer="sgd",
    learn_rate=learn_rate,
    epochs=500,
    scale=False,
)
one_call = time.perf_counter() - began

gap = np.abs(result["history"]["train_loss"] / losses - 1).max()
print(f"largest relative difference of the losses: {gap:.1e}")
print(f"by hand {by_hand:.2f} s, in one call {one_call:.2f} s")

# %% [markdown]
# What comes back is plain: a dict of numbers, strings and NumPy arrays that can be pickled or
# written as JSON. The parameters have torch's names and shapes.

# %%
for name, value in result["parameters"].items():
    print(f"{name:10} {value.shape}")
