"""What the processes of a job tell the one that waits for them, through files in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ..ground.errors import NNFitError

SAID = "said.jsonl"  # a line for each thing
STOP = "stop"  # is there once training is to end
ERROR = "error-{}.json"  # of the process with this rank


class Telling:
    """The side of a process that trains.

    Parameters
    ----------
    folder : str
    rank : int
    """

    def __init__(self, folder: str, rank: int):
        self.folder, self.rank = folder, rank

    def progress(self, *values: Any) -> bool:
        """Tell how far training is; give whether it is to go on. One of the processes does so."""
        if self.rank:
            return True
        self._line("progress", list(values))
        return self.goes_on()

    def goes_on(self, *values: Any) -> bool:
        """Give whether training is to go on; of how far it is nothing is told."""
        return not os.path.exists(os.path.join(self.folder, STOP))

    def warnings(self, told: list[Any], kind: str = "warnings") -> None:
        """Tell what is to be warned of: argument, problem and remedy; or as R takes it."""
        self._line(kind, told)

    def _line(self, kind: str, value: Any) -> None:
        text = json.dumps({kind: value})
        with open(os.path.join(self.folder, SAID), "a", encoding="utf-8") as file:
            file.write(text + "\n")

    def error(self, error: BaseException) -> None:
        """Tell what went wrong here."""
        named = isinstance(error, NNFitError)
        said = {
            "kind": type(error).__name__,
            "parts": list(error.args) if named else [f"{type(error).__name__}: {error}"],
        }
        path = os.path.join(self.folder, ERROR.format(self.rank))
        with suppress(OSError), open(path, "w", encoding="utf-8") as file:
            json.dump(said, file)


class Listening:
    """The side of the process that waits."""

    def __init__(self, folder: str):
        self.folder, self.read = folder, 0

    def lines(self) -> Iterator[tuple[str, Any]]:
        """Yield what has been said since the last call: its kind, and what."""
        path = os.path.join(self.folder, SAID)
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            file.seek(self.read)
            for line in iter(file.readline, ""):
                if not line.endswith("\n"):
                    break  # the rest is still to come
                self.read += len(line.encode("utf-8"))
                yield from json.loads(line).items()

    def stop(self) -> None:
        """Ask for an end of training."""
        with open(os.path.join(self.folder, STOP), "w", encoding="utf-8"):
            pass

    def refusal(self) -> NNFitError | None:
        """Give the error that names an argument of the user's, of whichever process."""
        named = [one for one in self._errors() if one["kind"] != "other" and len(one["parts"]) == 3]
        return NNFitError(*named[0]["parts"]) if named else None

    def failure(self) -> str:
        """Give what went wrong otherwise, as far as a process could say so."""
        said = [one["parts"][0] for one in self._errors()]
        return said[0] if said else ""

    def _errors(self) -> list[dict[str, Any]]:
        """List what went wrong, the first first."""
        paths = [
            os.path.join(self.folder, name)
            for name in os.listdir(self.folder)
            if name.startswith("error-")
        ]
        found = []
        for path in sorted(paths, key=lambda path: os.stat(path).st_mtime_ns):
            # cut short where the process has ended there, or where the disk is full
            with suppress(ValueError), open(path, encoding="utf-8") as file:
                found.append(json.load(file))
        return found
