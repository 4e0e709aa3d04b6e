"""From R's lm() to a network, on eleven thermometer readings.

Cells start with `# %%`: run it as a script, or cell by cell in VS Code, Spyder or PyCharm;
`jupytext --to ipynb` makes a notebook of it. Needs R and the extra `nnfit[r]`.
"""

# %% [markdown]
# # From lm() to a network
#
# One thermometer shows degrees Celsius (`c`), the other a unit that nobody knows (`u`).

# %%
import numpy as np
import pandas as pd
import torch
from torch import nn

from nnfit import rlm
from nnfit.core import fit, predict

data = pd.DataFrame(
    {
        "c": [0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0],
        "u": [35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4],
    }
)

# %% [markdown]
# ## What R says
#
# R's `lm()` solves for the line in one go, by a QR decomposition. (In a notebook, after
# `%load_ext rpy2.ipython`, a cell that starts with `%%R -i data` runs R itself:
# `summary(lm(c ~ u, data))`.)

# %%
line = rlm.lm("c ~ u", data)
print(line)
print(f"mean squared error {line.attrs['mse']:.2f}")

# %% [markdown]
# ## Downhill, by differences
#
# A network is trained otherwise: start somewhere, and go downhill on the loss. Which way is
# down? Try a little to the left and a little to the right.

# %%
c = torch.tensor(data["c"].to_numpy(), dtype=torch.float32)
u = torch.tensor(data["u"].to_numpy(), dtype=torch.float32)


def loss_of(w, b, inputs):
    """Mean squared error of the line w * inputs + b."""
    return ((w * inputs + b - c) ** 2).mean()


w, b = torch.ones(()), torch.zeros(())
first_loss = loss_of(w, b, u)

delta, learn_rate = 0.1, 1e-2
slope_w = (loss_of(w + delta, b, u) - loss_of(w - delta, b, u)) / (2 * delta)
w = w - learn_rate * slope_w
slope_b = (loss_of(w, b + delta, u) - loss_of(w, b - delta, u)) / (2 * delta)
b = b - learn_rate * slope_b
print(f"loss {first_loss:.4f}; after one step w = {w:.4f}, b = {b:.4f}")

# %% [markdown]
# From w = 1 to -44 in one step: far too far. (The loss is in the millions then, and 32 bits hold
# some 7 digits of it: differences of such numbers leave little of b's last digits.) Autograd
# gives the exact slopes. The one in `w` is some fifty times the one in `b`, as `u` is around 50:

# %%
params = torch.tensor([1.0, 0.0], requires_grad=True)
loss_of(*params, u).backward()
gradient = params.grad.clone()
print("gradient", gradient)


# %% [markdown]
# ## The loop
#
# Ten times smaller inputs bring both slopes to a like size, and the descent arrives. PyTorch adds
# new gradients to old ones, so each round starts by setting them to zero.


# %%
def descend(inputs, learn_rate, epochs):
    """Plain gradient descent from w = 1, b = 0; the parameters and the loss of every epoch."""
    params = torch.tensor([1.0, 0.0], requires_grad=True)
    optimizer = torch.optim.SGD([params], lr=learn_rate)
    losses = []
    for _ in range(epochs):
        loss = loss_of(*params, inputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return params.detach(), losses


_, diverging = descend(u, learn_rate=1e-2, epochs=30)
print("raw inputs:", diverging[:3], "...", diverging[-1])

by_hand, losses = descend(0.1 * u, learn_rate=1e-2, epochs=5000)
for epoch in [1, 2, 3, 10, 11, 99, 100, 4000, 5000]:
    print(f"epoch {epoch}, loss {losses[epoch - 1]:.6f}")
print(by_hand)

# %% [markdown]
# ## The loop in one call
#
# The same start, the same steps, inside `fit()`. `scale=False` leaves the inputs as they are.

# %%
start = nn.Linear(1, 1)
with torch.no_grad():
    start.weight.fill_(1.0)
    start.bias.fill_(0.0)

same = fit(0.1 * u, c, model=start, optimizer="sgd", learn_rate=1e-2, epochs=5000, scale=False)
gap = np.abs(same["history"]["train_loss"] / losses - 1).max()
print(f"largest relative difference to the loop's losses: {gap:.1e}")

# %% [markdown]
# Left to itself, `fit()` scales the data and takes an optimizer that suits a linear model. It
# lands on R's coefficients:

# %%
compared = rlm.lm_compare("c ~ u", data)
print(compared[["estimate", "std_error", "nn_estimate", "gap"]])

# %% [markdown]
# ## A network
#
# Thirteen hidden units with a tanh in the middle, and two of the eleven rows held out. These are
# the parameters of `nn.Sequential(nn.Linear(1, 13), nn.Tanh(), nn.Linear(13, 1))`, under its names.

# %%
network = fit(u, c, hidden_units=13, activation="tanh", validation=0.2, epochs=2000, seed=1)
for name, value in network["parameters"].items():
    print(f"{name:10} {value.shape!s:8} {value.size}")

history = network["history"]
for epoch in [1, 10, 100, 1000, 2000]:
    print(
        f"epoch {epoch:4}, training loss {history['train_loss'][epoch - 1]:8.4f}, "
        f"validation loss {history['valid_loss'][epoch - 1]:8.4f}"
    )

# %% [markdown]
# The training loss goes below the line's mean squared error: thirteen bends can follow eleven
# points closely. Whether they should is what the validation loss is there to say. Between the
# readings the two hardly differ; outside, the network goes flat and the line goes on.

# %%
where = np.array([0.0, 30.0, 50.0, 70.0, 120.0])
beside = pd.DataFrame(
    {
        "u": where,
        "line": line.loc["(Intercept)", "estimate"] + line.loc["u", "estimate"] * where,
        "network": predict(network, where)[:, 0],
    }
)
print(beside.round(2))
