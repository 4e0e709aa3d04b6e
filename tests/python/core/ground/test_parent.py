import os
import signal
import subprocess
import sys
import time

import pytest

from nnfit.core.ground import parent

# A process that starts one that ends with it, and says its id.
STARTS = """
import os, subprocess, sys
code = '''
import os, sys, time
from nnfit.core.ground.parent import end_with_parent
end_with_parent(int(sys.argv[1]))
print(os.getpid(), flush=True)
while True:
    sum(range(1000))
'''
child = subprocess.Popen([sys.executable, "-c", code, str(os.getpid())], stdout=subprocess.PIPE)
print(child.stdout.readline().decode(), flush=True)
child.wait()
"""


def runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_a_process_ends_with_the_one_that_started_it_and_not_before():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTS], stdout=subprocess.PIPE, env=environment
    ) as starter:
        child = int(starter.stdout.readline())
        time.sleep(2.5 * parent.EVERY)
        assert runs(child)
        starter.send_signal(signal.SIGKILL)
    end = time.monotonic() + 20
    while runs(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not runs(child)


def test_on_windows_the_system_sees_to_that(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(parent.threading, "Thread", None)  # which would fail if it were called
    parent.end_with_parent(1)
