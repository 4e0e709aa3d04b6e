from data import NETWORK, PATH, core


def run():
    return core.fit_parquet(str(PATH), "y", **NETWORK)


def result(fit):
    return fit["history"]["train_loss"][-1]
