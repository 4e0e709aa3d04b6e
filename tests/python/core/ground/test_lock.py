import os
import signal
import subprocess
import sys

import pytest

from nnfit.core.ground.lock import Lock, Locked

HOLD = """
import sys, time
from nnfit.core.ground.lock import Lock
lock = Lock(sys.argv[1])
print("held", flush=True)
time.sleep(100)
"""


def test_a_lock_is_held_by_one_and_leaves_no_file(tmp_path):
    path = str(tmp_path / "lock")
    lock = Lock(path)
    with pytest.raises(Locked):
        Lock(path)
    lock.release()
    assert os.listdir(tmp_path) == []
    lock.release()
    Lock(path).release()


def test_a_file_that_is_left_over_is_no_lock(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    Lock(str(path)).release()


def test_another_process_is_kept_out_and_a_killed_one_holds_nothing(tmp_path):
    path = str(tmp_path / "lock")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout.readline().strip() == b"held"
        with pytest.raises(Locked):
            Lock(path)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert os.path.exists(path)
    Lock(path).release()
    assert not os.path.exists(path)


def test_a_folder_that_is_not_there_is_an_error_of_the_systems(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        Lock(str(tmp_path / "none" / "lock"))
