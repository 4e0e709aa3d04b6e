"""`python worker.py FILE ARGUMENT ...`: the same as worker.R, for a contestant in Python."""

import gc
import runpy
import sys
import time
from pathlib import Path

del sys.argv[0]
file = Path(sys.argv[0])
sys.path[0] = str(file.parent)  # a contestant may import what lies beside it
contestant = runpy.run_path(str(file))
print("ready", flush=True)
for _ in sys.stdin:
    gc.collect()
    start = time.perf_counter()
    out = contestant["run"]()
    seconds = time.perf_counter() - start
    print("ok", seconds, contestant["result"](out), flush=True)
