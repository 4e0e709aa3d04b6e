from data import PATH, core


def run():
    return core.fit_parquet(str(PATH), "y")


def result(fit):
    return fit["unscaled"]["0.weight"].sum()
