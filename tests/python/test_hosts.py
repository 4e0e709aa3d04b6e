"""Several machines, in network namespaces: equal answers, lost machines, and what is said.

`make hosts` runs it: some ten minutes, as root. Elsewhere it is left out.
"""

import os
import random
import shutil
import signal
import subprocess
import time

import hosts as machines
import numpy as np
import pytest

import nnfit

pd = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")
pytestmark = pytest.mark.skipif(
    not os.environ.get("NNFIT_HOSTS") or not machines.can_be_made(),
    reason="takes long, and root: make hosts",
)
WAIT = machines.WAIT


@pytest.fixture(scope="module")
def hosts():
    with machines.make_hosts() as made:
        yield made


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Make a folder for each machine, with the same files and the same job."""
    top = tmp_path_factory.mktemp("hosts")
    first = top / "h0"
    (first / "data").mkdir(parents=True)
    draw = np.random.default_rng(1)
    x = draw.normal(size=(20_000, 5))
    frame = pd.DataFrame(x, columns=list("abcde"))
    frame["y"] = np.sin(x[:, 0]) + x[:, 1] / 2 + draw.normal(size=len(x)) / 10
    for part in range(3):
        rows = frame.iloc[part::3]
        rows.to_parquet(first / "data" / f"part{part}.parquet", row_group_size=1500)
    before = os.getcwd()
    os.chdir(first)
    try:
        asked = {"hidden_units": [16], "batch_size": 256, "validation": 0.2, "dtype": "float64"}
        nnfit.job("data", "y", epochs=250, seed=1, **asked, file="long.json")
        nnfit.job("data", "y", epochs=3, seed=1, **asked, file="short.json")
        nnfit.job("data", "y", file="linear.json")
    finally:
        os.chdir(before)
    for number in (1, 2):
        shutil.copytree(first, top / f"h{number}")
    return [top / f"h{number}" for number in range(3)]


@pytest.fixture(scope="module")
def alone(folders):
    """Train a job in one process, once."""
    made = {}

    def train(name):
        if name not in made:
            out = folders[0] / "alone.safetensors"
            subprocess.run(
                [machines.sys.executable, "-m", "nnfit.train", f"{name}.json", "--out", out],
                cwd=folders[0], check=True, timeout=WAIT,
                env={**os.environ, "PYTHONPATH": machines.PACKAGE, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
            made[name] = nnfit.load(out)
        return made[name]

    return train


def start_all(hosts, folders, job, *more, **how):
    return [hosts.start(number, folders[number], job, *more, **how) for number in range(3)]


def statuses(started, limit=WAIT):
    """Wait for torchrun on each machine; None: it was still there at the limit."""
    due = time.monotonic() + limit
    ends = []
    for one in started:
        try:
            ends.append(one.wait(max(due - time.monotonic(), 0.1)))
        except subprocess.TimeoutExpired:
            one.kill()
            ends.append(None)
    return ends


def wait_for(holds, limit=60):
    due = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < due
        time.sleep(0.1)


def assert_same(fit, expected, tolerance=1e-10):
    for name, value in expected["parameters"].items():
        np.testing.assert_allclose(fit["parameters"][name], value, rtol=0, atol=tolerance)
    for name, value in expected["history"].items():
        if (
            value is not None
        ):  # a linear fit may see by rounding alone one step later that it is done
            least = min(len(value), len(fit["history"][name]))
            its = fit["history"][name][:least]
            np.testing.assert_allclose(its, value[:least], rtol=tolerance)


@pytest.mark.parametrize("job", ["linear", "short"])
def test_three_machines_give_the_answer_of_one_process(hosts, folders, alone, job):
    out = folders[0] / "out.safetensors"
    assert statuses(start_all(hosts, folders, f"{job}.json", "--out", str(out))) == [0, 0, 0]
    assert_same(nnfit.load(out), alone(job))


@pytest.mark.parametrize("lost", ["worker", "machine", "cable"])
def test_what_is_lost_on_the_way_changes_nothing(hosts, folders, alone, lost, tmp_path):
    out, kept = tmp_path / "out.safetensors", tmp_path / "kept"
    more = ("--out", str(out), "--checkpoint", str(kept))
    started = start_all(hosts, folders, "long.json", *more, nodes="2:3")
    wait_for(lambda: (kept / "nnfit-checkpoint.npz").exists())
    time.sleep(random.uniform(6, 10))  # beyond the first writing with something in it
    if lost == "worker":
        os.kill(random.choice([*hosts.workers(1), *hosts.workers(2)]), signal.SIGKILL)
    if lost == "machine":
        for process in hosts.processes(2):
            os.kill(process, signal.SIGKILL)
    if lost == "cable":
        hosts.cable(2, "down")
    try:
        left = started if lost == "worker" else started[:2]
        assert statuses(left) == [0] * len(left)
        if lost == "cable":
            wait_for(lambda: not hosts.workers(2))  # it trains for nobody no longer
    finally:
        hosts.cable(2, "up")
        for process in hosts.processes(2):
            os.kill(process, signal.SIGKILL)
    assert_same(nnfit.load(out), alone("long"))


def test_a_wrong_file_on_one_machine_is_named(hosts, folders):
    path = folders[2] / "data" / "part1.parquet"
    kept = path.read_bytes()
    frame = pd.read_parquet(path)
    frame.loc[5, "a"] += 1e-9
    frame.to_parquet(path, row_group_size=1500)
    try:
        began = time.monotonic()
        ends = statuses(start_all(hosts, folders, "short.json", "--out", "x", restarts=0))
    finally:
        path.write_bytes(kept)
    assert ends == [1, 1, 1]
    for number in range(3):
        (said,) = hosts.said(folders[number], number)
        assert 'not the same on nnfit3: "part1.parquet" there' in said
    assert time.monotonic() - began < 60


def test_a_full_disk_is_named_everywhere(hosts, folders, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", small], check=True)
    try:
        began = time.monotonic()
        ends = statuses(start_all(hosts, folders, "short.json", "--out", str(small / "out")))
        left = os.listdir(small)
    finally:
        subprocess.run(["umount", small], check=True)
    assert ends == [1, 1, 1]
    for number in range(3):
        said = set(hosts.said(folders[number], number))
        assert len(said) == 1
        assert "`--out` can not be written" in said.pop()
    assert left == []
    assert time.monotonic() - began < 60


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not here")
def test_a_clock_that_is_ahead_is_named(hosts, folders):
    began = time.monotonic()
    started = [
        hosts.start(number, folders[number], "short.json", "--out", "x", restarts=0, clock=clock)
        for number, clock in enumerate([None, None, "+1h"])
    ]
    assert statuses(started) == [1, 1, 1]
    for number in range(3):
        (said,) = hosts.said(folders[number], number)
        assert "that of nnfit3 is 3600 seconds ahead of nnfit1's" in said or "3599" in said
    assert time.monotonic() - began < 60


def test_two_jobs_share_a_port_under_names_of_their_own(hosts, folders, alone, tmp_path):
    outs = [tmp_path / "one.safetensors", tmp_path / "two.safetensors"]
    started = []
    for run, out in zip(("one", "two"), outs):
        for number in range(2):
            folder = tmp_path / run / f"h{number}"
            shutil.copytree(folders[number], folder)
            started.append(
                hosts.start(number, folder, "short.json", "--out", str(out), nodes="2", run=run)
            )
    assert statuses(started) == [0, 0, 0, 0]
    for out in outs:
        assert_same(nnfit.load(out), alone("short"))


def test_nothing_is_left_running(hosts):
    assert [hosts.processes(number) for number in range(3)] == [[], [], []]
