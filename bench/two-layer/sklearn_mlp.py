import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from torch_loop import x, y

warnings.simplefilter("ignore", ConvergenceWarning)
x, y = x.numpy(), y.numpy()


def run():
    # its gradient is the mean over the 64 rows of half the squared error: 1e-4 * 2 * 64
    return MLPRegressor(
        hidden_layer_sizes=100, solver="sgd", learning_rate_init=1e-4 * 2 * 64,
        momentum=0, alpha=0, batch_size=64, shuffle=False, max_iter=500, n_iter_no_change=500,
        tol=0, random_state=1,
    ).fit(x, y)


def result(model):
    return ((model.predict(x) - y) ** 2).sum()
