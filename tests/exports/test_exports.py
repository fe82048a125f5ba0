"""The one entry: which formats there are, what they load, and a report of bootstrap size in each."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tram_ext import exports
from tram_ext.domain.errors import NotAcceptable
from tram_ext.exports import ExportBundle, ReviewedReport, tram_json

NAMES = [item.name for item in exports.formats()]


def test_formats():
    assert NAMES[0] == "json", "TRAM's own is the default"
    assert len(set(NAMES)) == len(NAMES)
    assert len({item.media_type for item in exports.formats()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_carries_its_own_type(name, bundle):
    (chosen,) = [item for item in exports.formats() if item.name == name]
    rendered = exports.render(name, bundle)
    assert (rendered.media_type, rendered.suffix) == (chosen.media_type, chosen.suffix)
    assert rendered.content


def test_an_unknown_format_is_refused(bundle):
    with pytest.raises(NotAcceptable, match=rf"no format 'pdf'\. There are: {', '.join(NAMES)}\."):
        exports.render("pdf", bundle)


def test_json_of_one_and_of_several(bundle, reviewed):
    one = json.loads(exports.render("json", bundle).content)
    assert one == tram_json.render(reviewed.report, reviewed.sentences)
    assert json.loads(exports.render("json", replace(bundle, reports=(reviewed, reviewed))).content) == [one, one]
    assert json.loads(exports.render("json", ExportBundle(())).content) == []


def test_nothing_heavy_is_loaded_before_it_is_asked_for():
    code = (
        "import sys, tram_ext.exports, tram_ext.exports.tram_json;"
        "print(sorted({'docx', 'stix2', 'lxml', 'pandas'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_report_of_bootstrap_size(name, bundle, reviewed, record_property, capsys):
    (sample,) = [item for item in reviewed.sentences if item.order == 0]
    sentences = tuple(
        replace(sample, id=order, order=order, text=f"{order}: {sample.text}", start=None, end=None)
        for order in range(11_130)
    )
    large = replace(bundle, reports=(ReviewedReport(reviewed.report, sentences),))
    begun = time.perf_counter()
    content = exports.render(name, large).content
    seconds = time.perf_counter() - begun
    record_property("seconds", seconds)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: 11,130 sentences in {seconds:.2f} s, {len(content):,} bytes\n")
    assert content
