import pytest

from nnfit.core.ground import processor
from nnfit.core.ground.processor import maker_and_family

LINUX = "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\n\n"
WINDOWS = "AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD"


@pytest.fixture(autouse=True)
def ask_anew():
    maker_and_family.cache_clear()
    yield
    maker_and_family.cache_clear()


@pytest.mark.parametrize(
    ("listed", "named", "known"),
    [
        (LINUX * 2, "x86_64", ("AuthenticAMD", 26)),
        ("CPU implementer\t: 0x41\n", "aarch64", ("", 0)),
        (None, WINDOWS, ("AuthenticAMD", 25)),
        (None, "arm", ("", 0)),
    ],
)
def test_the_maker_is_read_from_what_the_system_says(tmp_path, monkeypatch, listed, named, known):
    monkeypatch.setattr(processor, "LISTED", tmp_path / "cpuinfo")
    monkeypatch.setattr(processor.platform, "processor", lambda: named)
    if listed is not None:
        (tmp_path / "cpuinfo").write_text(listed)
    assert maker_and_family() == known
