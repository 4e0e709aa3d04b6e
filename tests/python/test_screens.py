"""What tools/screens.py says of pages, and what the web site's own script does in a browser."""

import importlib.util
import json
import shutil
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

if not shutil.which("chromium"):
    pytest.skip("needs chromium", allow_module_level=True)

spec = importlib.util.spec_from_file_location("screens", ROOT / "tools" / "screens.py")
screens = importlib.util.module_from_spec(spec)
spec.loader.exec_module(screens)

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
PLACES = [
    {"path": "/reference/other.html", "id": "details", "what": "Details", "title": "Others",
     "dir": "Reference", "previous_headings": "", "text": "folds rows", "code": ""},
    {"path": "/reference/nn_cv.html", "id": None, "what": "k-fold cross-validation — nn_cv",
     "title": "k-fold cross-validation — nn_cv", "dir": "Reference", "previous_headings": "",
     "text": "an honest loss", "code": ""},
    {"path": "/articles/cats.html", "id": "code", "what": "Cats", "title": "Pets",
     "dir": "Articles", "previous_headings": "", "text": "", "code": "nn_cv(cats)"},
]  # fmt: skip
PAGE = """<!DOCTYPE html><html lang="en"><head><link href="nnfit.css" rel="stylesheet">
<link href="extra.css" rel="stylesheet"><script src="extra.js" defer></script></head><body>
<form role="search"><input type="search" id="search-input" data-search-index="search.json"></form>
<main><h2 id="one">One</h2><h3 id="in">Inside</h3><h2 id="two">Two</h2>
<div class="sourceCode"><pre><code>x &lt;- 1
x
#&gt; [1] 1</code></pre></div></main><nav id="toc"><h2>On this page</h2></nav></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for file in ("vignettes/nnfit.css", "pkgdown/extra.css", "pkgdown/extra.js"):
        shutil.copy(ROOT / file, folder)
    (folder / "search.js").write_text("window.searchIndex = " + json.dumps(PLACES))
    (folder / "page.html").write_text(PAGE)
    (folder / "reference").mkdir()
    (folder / "reference" / "nn_cv.html").write_text("<title>there</title>")
    return folder


@pytest.fixture
def browser(tmp_path):
    browser = screens.Browser(str(tmp_path / "profile"))
    yield browser
    browser.close()


def wait_for(browser, code):
    for _ in range(600):
        if found := browser.run(code):
            return found
        time.sleep(0.05)
    raise AssertionError(f"never came: {code}")


def type_in(browser, query):
    browser.run(
        "(() => { const field = document.querySelector('#search-input'); field.focus();"
        f" field.value = {json.dumps(query)}; field.dispatchEvent(new Event('input')); }})()"
    )
    found = "[...document.querySelectorAll('#search-found li')].map((item) => item.textContent)"
    return wait_for(
        browser, f"(() => {{ const all = {found}; return all.length ? all : null; }})()"
    )


def press(browser, key):
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key)


def test_search_finds_every_word_and_the_name_first(browser, site):
    browser.open(site / "page.html", 1280, "light")
    assert [text[:4] for text in type_in(browser, "nn_cv")] == ["k-fo", "Cats"]
    assert type_in(browser, "honest nn_cv") == ["k-fold cross-validation — nn_cvReference"]
    assert type_in(browser, "giraffe") == ["Nothing found"]
    assert browser.run("document.querySelector('[role=status]').textContent") == "Nothing found"
    assert browser.heard() == []


def test_search_goes_by_keys_alone(browser, site):
    browser.open(site / "page.html", 390, "dark")
    type_in(browser, "nn_cv")
    chosen = "document.querySelector('#search-input').getAttribute('aria-activedescendant')"
    assert browser.run(chosen) is None
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        press(browser, key)
        assert browser.run(chosen) == f"search-{place}"
    press(browser, "Escape")
    assert browser.run("document.querySelectorAll('#search-found li').length") == 0
    type_in(browser, "honest")
    press(browser, "Enter")
    wait_for(browser, "document.title === 'there'")


def test_a_page_lists_its_headings(browser, site):
    browser.open(site / "page.html", 1280, "light")
    links = "[...document.querySelectorAll('#toc a')].map((a) => a.hash + a.textContent).join(' ')"
    assert browser.run(links) == "#oneOne #inInside #twoTwo"
    assert browser.run("document.querySelector('#toc ul ul').textContent") == "Inside"


def test_code_is_copied_without_what_it_prints(browser, site):
    browser.open(site / "page.html", 1280, "light")
    assert browser.run("codeOf(document.querySelector('div.sourceCode'))") == "x <- 1\nx\n"


def test_what_is_wrong_with_a_page_is_said(tmp_path, capsys):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!DOCTYPE html><body><div style='width: 600px'>wide</div><div style='overflow: auto'>"
        "<p style='width: 2000px'>scrolls</p></div><img src='gone.png' alt='gone'>"
        f"<img src='data:image/png;base64,{PNG}'><script src='https://example.invalid/a.js'></script>"
        "<script>nothing.there</script></body>"
    )
    assert screens.main(tmp_path / "pictures", [bad]) > 0
    said = capsys.readouterr().out
    assert "bad.html 390 light: wider than the screen: DIV" in said
    assert "bad.html 1280 light: wider than the screen" not in said
    assert "wider than the screen: P" not in said
    assert "asks the network: https://example.invalid/a.js" in said
    assert "error: ReferenceError" in said
    assert said.count("not there: ") == said.count("no text: data:") == 4
    assert {picture.name for picture in (tmp_path / "pictures").iterdir()} == {
        f"bad-{width}-{scheme}.png" for width in (390, 1280) for scheme in ("light", "dark")
    }


def test_a_page_follows_the_scheme(browser, site):
    colours = []
    for scheme in ("light", "dark"):
        browser.open(site / "page.html", 390, scheme)
        colours.append(browser.run("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(21, 25, 30)"]
