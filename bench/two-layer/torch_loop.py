import torch

torch.manual_seed(0)
x = torch.randn(64, 1000)
y = torch.randn(64, 10)


def run():
    torch.manual_seed(1)
    model = torch.nn.Sequential(
        torch.nn.Linear(1000, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10)
    )
    loss_fn = torch.nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(500):
        loss = loss_fn(model(x), y)
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= 1e-4 * param.grad
    return losses


def result(losses):
    return losses[-1]
