import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnfit

FOLLOWED = (
    "from nnfit.core.options.own import OwnFunction;"
    "from nnfit.core.model.traced import traced; one = torch.ones(3, 1), torch.zeros(3, 1);"
    "assert traced(OwnFunction(lambda p, t: (p - t).square().mean()), one, [one]).traced;"
)
FITTED = "from nnfit.core import fit; fit(torch.ones(5, 1), torch.ones(5), hidden_units=2, {});"
CODE = {
    "followed": FOLLOWED,
    "schedule": FITTED.format("epochs=2, schedule='cosine'"),
    "autograd": FITTED.format("epochs=2, engine='autograd'"),
}


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_no_folder_is_left_behind(tmp_path, code):
    package = str(Path(nnfit.__file__).parents[1])
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": package}
    environment.pop("TORCHINDUCTOR_CACHE_DIR", None)
    code = f"import os, torch; {code} print('TORCHINDUCTOR_CACHE_DIR' in os.environ)"
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
    assert list(tmp_path.iterdir()) == []
