import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = torch.randn(500, 10), torch.randn(500, 1)


class Net(nn.Module):
    """Two layers of 32; `branches`: the second adds its input, and the inputs reach the output."""

    def __init__(self, norm, branches):
        super().__init__()
        self.first, first_norm = nn.Linear(10, 32), norm(32)
        self.second, second_norm = nn.Linear(32, 32), norm(32)
        self.norms = nn.ModuleList([first_norm, second_norm])
        self.last = nn.Linear(32, 1)
        self.skip = nn.Linear(10, 1, bias=False) if branches else None

    def forward(self, rows):
        hidden = torch.relu(self.norms[0](self.first(rows)))
        made = torch.relu(self.norms[1](self.second(hidden)))
        if self.skip is None:
            return self.last(made)
        return self.last(made + hidden) + self.skip(rows)


def train(norm, branches):
    torch.manual_seed(1)
    model = Net(norm, branches)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_fn = nn.MSELoss()
    for _ in range(500):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if branches:
            with torch.no_grad():
                for layer in (model.first, model.second):
                    length = layer.weight.norm(dim=1, keepdim=True)
                    layer.weight.mul_((2.0 / length).clamp(max=1.0))
    return loss.item()


def run():
    return train(nn.LayerNorm, branches=True)


def result(loss):
    return loss
