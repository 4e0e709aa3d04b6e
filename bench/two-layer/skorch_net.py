import torch
from skorch import NeuralNetRegressor

from torch_loop import x, y


def run():
    torch.manual_seed(1)
    return NeuralNetRegressor(
        torch.nn.Sequential(
            torch.nn.Linear(1000, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10)
        ),
        criterion=torch.nn.MSELoss, criterion__reduction="sum", optimizer=torch.optim.SGD,
        lr=1e-4, max_epochs=500, batch_size=-1, train_split=None, verbose=0,
    ).fit(x, y)


def result(net):
    return net.history[-1, "train_loss"]
