from data import NETWORK, core, in_memory

x, y = in_memory()


def run():
    return core.fit(x, y, **NETWORK)


def result(fit):
    return fit["history"]["train_loss"][-1]
