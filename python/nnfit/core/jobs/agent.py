"""torchrun, in a process that does not outlive the one that started it.

torchrun itself goes on when its parent has gone, and its processes would train for nobody.
"""

from __future__ import annotations

import sys

from ..ground.parent import end_with_parent

if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    from torch.distributed import run

    run.main(sys.argv[2:])
