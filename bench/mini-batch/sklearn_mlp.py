import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from data import x, y

warnings.simplefilter("ignore", ConvergenceWarning)
x, y = x.numpy(), y.numpy().ravel()


def run():
    return MLPRegressor(
        hidden_layer_sizes=32, solver="adam", learning_rate_init=0.01, alpha=0, batch_size=256,
        max_iter=1,
    ).fit(x, y)


def result(model):
    return 2 * model.loss_  # it halves the squared error
