"""Pages as a reader sees them: python3 tools/screens.py FOLDER PAGE.html ...

Each page is opened by Chromium without a network, 390 and 1280 pixels wide, light and dark. FOLDER
gets its pictures, NAME-WIDTH-light.png and NAME-WIDTH-dark.png. What ought to be mended is said, a
line each, and makes the exit status 1: what a page asks of the network, errors of its scripts,
parts that are wider than the screen, pictures that are not there or have no text.
"""

from __future__ import annotations

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from typing import Any

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
TALLEST = 16000  # pixels: Chromium draws no taller picture

# What is wrong with a page by its own account: a list of lines.
LOOK = """(() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  const see = (part) => { // what scrolls by itself holds its parts
    const over = part.getBoundingClientRect().right > width + 1;
    if (over) wrong.push('wider than the screen: ' + part.tagName + ' ' + part.className);
    if (!over && getComputedStyle(part).overflowX === 'visible') [...part.children].forEach(see);
  };
  [...document.body.children].forEach(see);
  for (const img of document.images) {
    const name = img.src.slice(0, 60);
    if (!img.alt && img.getAttribute('role') !== 'presentation') wrong.push('no text: ' + name);
    if (!img.naturalWidth) wrong.push('not there: ' + name);
  }
  return wrong;
})()"""


class Browser:
    """Chromium, spoken to through two pipes, so that no library is needed."""

    def __init__(self, profile: str) -> None:
        """Start it where no name leads to a machine."""
        from_us, ours = os.pipe()
        theirs, to_us = os.pipe()
        for end in (from_us, to_us):
            os.set_inheritable(end, True)
        # Chromium reads from 3 and writes to 4.
        command = f'exec chromium "$@" 3<&{from_us} 4>&{to_us}'
        flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--remote-debugging-pipe", f"--user-data-dir={profile}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            ["bash", "-c", command, "chromium", *flags],
            pass_fds=(from_us, to_us), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(from_us)
        os.close(to_us)
        self.output = ours
        self.input = theirs
        self.unread = b""
        self.number = 0
        self.session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for one thing and wait for the answer; events on the way are kept."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while (said := self.read()).get("id") != self.number:
            pass
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']['message']}")
        result: dict[str, Any] = said["result"]
        return result

    def read(self) -> dict[str, Any]:
        """Read one message."""
        parts = [self.unread]
        while b"\0" not in parts[-1]:
            parts.append(os.read(self.input, 1 << 20))
            if not parts[-1]:
                raise EOFError("Chromium ended")
        message, self.unread = b"".join(parts).split(b"\0", 1)
        said: dict[str, Any] = json.loads(message)
        if "method" in said:
            self.events.append(said)
        return said

    def run(self, code: str) -> Any:
        """What a piece of JavaScript gives."""
        given = self.ask("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        return given["result"].get("value")

    def open(self, page: pathlib.Path, width: int, scheme: str) -> None:
        """Open a page, and wait until it and its scripts are there."""
        self.ask("Emulation.setDeviceMetricsOverride",
                 width=width, height=900, deviceScaleFactor=1, mobile=False)  # fmt: skip
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": scheme}])  # fmt: skip
        self.events.clear()
        self.ask("Page.navigate", url=page.resolve().as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.read()
        time.sleep(0.3)
        self.ask("Page.getNavigationHistory")  # takes in the events so far

    def heard(self) -> list[str]:
        """What the page asked of the network, and its errors."""
        wrong = []
        for event in self.events:
            params = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:", "about:")):
                    wrong.append(f"asks the network: {url}")
            elif event["method"] == "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                wrong.append(f"error: {details.get('exception', details).get('description')}")
        return wrong

    def draw(self, name: str, width: int) -> None:
        """Draw the whole page: NAME.png, and where it is very long NAME-2.png and so on."""
        height = self.run("document.documentElement.scrollHeight")
        for part, y in enumerate(range(0, height, TALLEST), start=1):
            clip = {"x": 0, "y": y, "width": width, "height": min(height - y, TALLEST), "scale": 1}
            drawn = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
            file = pathlib.Path(f"{name}-{part}.png" if part > 1 else f"{name}.png")
            file.write_bytes(base64.b64decode(drawn["data"]))

    def close(self) -> None:
        """End it."""
        self.session = None
        self.ask("Browser.close")
        self.process.wait()


def main(folder: pathlib.Path, pages: list[pathlib.Path]) -> int:
    """Look at all pages; the number of what is wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        for page in pages:
            name = page.stem if page.stem != "index" else f"{page.resolve().parent.name}-index"
            for width in WIDTHS:
                for scheme in SCHEMES:
                    browser.open(page, width, scheme)
                    browser.draw(f"{folder / name}-{width}-{scheme}", width)
                    wrong = sorted(set(browser.heard() + browser.run(LOOK)))
                    for line in wrong:
                        print(f"{page.name} {width} {scheme}: {line}")
                    count += len(wrong)
        browser.close()
    return count


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(min(1, main(pathlib.Path(sys.argv[1]), [pathlib.Path(page) for page in sys.argv[2:]])))
