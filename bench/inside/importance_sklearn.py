import torch
from sklearn.inspection import permutation_importance
from sklearn.neural_network import MLPRegressor

torch.manual_seed(0)
x = torch.randn(100_000, 20).numpy()
y = x[:, 0] + x[:, 1] * x[:, 2]
model = MLPRegressor(hidden_layer_sizes=(32,), max_iter=300, random_state=1).fit(x[:1000], y[:1000])


def run():
    return permutation_importance(
        model, x, y, scoring="neg_mean_squared_error", n_repeats=10, random_state=1
    )


def result(found):
    return round(float(found.importances_mean.sum()), 2)
