"""Three machines on one: network namespaces with a cable each, in which torchrun is started.

Needs root and iproute2. Each machine has a name, an address, and the same disk.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import nnfit

PACKAGE = str(Path(nnfit.__file__).parents[1])
NAMES = ("nnfit1", "nnfit2", "nnfit3")
SWITCH = "nnfit0"
NET = "10.213.77"
WAIT = 240  # seconds for a job of these tests, on a machine with other work


def can_be_made():
    """Tell whether this process may make such machines."""
    if os.name != "posix" or os.getuid() != 0:
        return False
    trial = f"nnfit-{os.getpid()}"
    try:
        _ip("netns", "add", trial)
        _ip("netns", "del", trial)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Hosts:
    """The machines; `make_hosts()` makes them and takes them away."""

    def start(self, number, folder, job, *more, nodes="3", restarts=3, run="job", clock=None):
        """Start torchrun on one of them; what it prints goes into a file beside `folder`."""
        name = NAMES[number]
        torchrun = [
            sys.executable, "-m", "torch.distributed.run", "--nnodes", nodes, "--nproc-per-node",
            "1", "--max-restarts", str(restarts), "--rdzv-backend", "c10d", "--rdzv-endpoint",
            f"{NAMES[0]}:29500", "--rdzv-id", run, "--rdzv-conf",
            "last_call_timeout=5,join_timeout=60", "-m", "nnfit.train", job, *more,
        ]  # fmt: skip
        named = ["sh", "-c", 'hostname "$0"; exec "$@"', name]
        faked = [] if clock is None else ["faketime", "-f", clock]
        command = ["ip", "netns", "exec", name, "unshare", "--uts", *named, *faked, *torchrun]
        path = os.pathsep.join([PACKAGE, os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
        with open(self.printed_to(folder, number), "wb") as out:
            return subprocess.Popen(
                command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                env=environment,
            )  # fmt: skip

    @staticmethod
    def printed_to(folder, number):
        return Path(folder).parent / f"{NAMES[number]}.txt"

    def said(self, folder, number):
        """Give what nnfit has printed on a machine."""
        lines = self.printed_to(folder, number).read_text(errors="replace").splitlines()
        return [line for line in lines if line.startswith("nnfit: ")]

    def workers(self, number):
        """List the processes that train on a machine."""
        return [one for one in self.processes(number) if self._trains(one)]

    @staticmethod
    def _trains(process):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return b"nnfit.train" in words and b"torch.distributed.run" not in words

    def processes(self, number):
        """List all processes of a machine."""
        done = subprocess.run(
            ["ip", "netns", "pids", NAMES[number]], capture_output=True, text=True, check=True
        )
        return [int(one) for one in done.stdout.split()]

    def cable(self, number, state):
        """Pull the cable of a machine ("down"), or plug it in ("up")."""
        _ip("-n", SWITCH, "link", "set", f"nf-p{number}", state)


@contextmanager
def make_hosts():
    """Make the machines for a block."""
    _take_away()
    try:
        _ip("netns", "add", SWITCH)
        _ip("-n", SWITCH, "link", "add", "nf-br", "type", "bridge")
        _ip("-n", SWITCH, "link", "set", "nf-br", "up")
        for number, name in enumerate(NAMES):
            _join(number, name)
        yield Hosts()
    finally:
        _take_away()


def _join(number, name):
    _ip("netns", "add", name)
    own, plug = f"nf-v{number}", f"nf-p{number}"
    _ip("link", "add", own, "netns", name, "type", "veth", "peer", "name", plug, "netns", SWITCH)
    _ip("-n", SWITCH, "link", "set", plug, "master", "nf-br")
    _ip("-n", SWITCH, "link", "set", plug, "up")
    _ip("-n", name, "addr", "add", f"{NET}.{number + 1}/24", "dev", own)
    for link in (own, "lo"):
        _ip("-n", name, "link", "set", link, "up")
    known = Path("/etc/netns") / name
    known.mkdir(parents=True, exist_ok=True)
    lines = [f"{NET}.{place + 1} {other}" for place, other in enumerate(NAMES)]
    (known / "hosts").write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))


def _take_away():
    for name in (*NAMES, SWITCH):
        found = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
        for process in found.stdout.split():
            subprocess.run(["kill", "-9", process], capture_output=True)
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
        known = Path("/etc/netns") / name / "hosts"
        if known.exists():
            known.unlink()
            known.parent.rmdir()
