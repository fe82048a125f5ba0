"""Reading a format loads its library and no other."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_HEAVY = ["chardet", "lxml", "markdown_it", "nupunkt", "pypdfium2", "selectolax", "trafilatura"]


def _loaded(code):
    program = f"import json, sys\n{code}\nprint(json.dumps([n for n in {_HEAVY!r} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_package_itself_is_light():
    assert _loaded("import tram_ext.documents") == []


@pytest.mark.parametrize(
    ("data", "name", "libraries"),
    [
        (b"It waits. It exits.", "a.txt", ["nupunkt"]),
        (b"# It waits.", "a.md", ["markdown_it"]),
        (b"<article><p>It waits. It exits.</p></article>", "a.html", ["nupunkt", "selectolax"]),
    ],
)
def test_a_format_loads_its_own_library(data, name, libraries):
    assert _loaded(f"from tram_ext.documents import parse\nparse({data!r}, {name!r})") == libraries
