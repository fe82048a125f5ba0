"""What a downloaded file is called: by browsers, by TRAM's clients, by curl."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from email.message import Message
from urllib.parse import unquote

import pytest

from tests.cli.conftest import export
from tests.queue.client import form
from tram_ext.api.headers import attachment, file_name

NAMES = [
    "Report for X.pdf",
    "Bericht über Müller; Teil 2",
    'She said "no" \\ 100%25 & 50%',
    "../../etc/passwd",
    ".bashrc",
    "报告 🦉",
    "it's (draft), [v1] <a:b>|?*",
    "tab\there\nand line",
    "a' filename*=UTF-8''evil.exe",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_everybody_reads_the_same_name(name):
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert file_name(header) == name
    # A client of TRAM takes what stands between the quotes, and decodes it.
    (between,) = re.findall(r'filename="([^"]*)"', header)
    assert unquote(between) == name
    assert not set(between) & {*'"\\/;*='}
    assert not between.startswith(".")
    # Whoever knows RFC 5987, as browsers do.
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    encoding, _, extended = re.search(r"filename\*=([^']*)'([^']*)'(\S*)$", header).groups()
    assert (encoding, unquote(extended)) == ("UTF-8", name)
    assert re.fullmatch(r"[\w!#$&+.^`|~%-]*", extended, re.ASCII)


def test_names_are_readable_to_who_decodes_nothing():
    assert attachment("Report for X.pdf.json").startswith('attachment; filename="Report for X.pdf.json"; ')


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="Report%20for%20X.pdf.json"', "Report for X.pdf.json"),
        ("attachment; filename=plain.csv", "plain.csv"),
        ("attachment; filename=\"a.csv\"; FileName*=utf-8'en'b%20c.csv", "b c.csv"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_what_other_servers_say(header, name):
    assert file_name(header) == name


@pytest.fixture(scope="module")
def own_server(new_server):
    """Return a server that no other file asks: an upload is a report some time after its answer."""
    return new_server()


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("Bericht zur Lage (Entwurf).txt", "Bericht zur Lage (Entwurf).txt"),
        ("Bericht über Häfen.txt", "Bericht %C3%BCber H%C3%A4fen.txt"),
        (".profile", "%2Eprofile"),
    ],
)
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_curl_saves_files_under_their_names(own_server, tmp_path, name, saved):
    """Of both names curl knows the plain one alone, and decodes nothing; nothing hidden may come of it."""
    server, jupyter = own_server, {"Authorization": f"token {own_server.token}"}
    content, kind = form(("file", name, f"The implant {name} spoke to its server.".encode()))
    document = server.post("/api/upload/", content, Content_Type=kind, **jupyter).json["doc-id"]
    posted = server.post("/api/report-mappings/", export(name, [(f"It is {name}.", None)]), **jupyter).json
    for path in (f"download/{document}", f"report-mappings/{posted['id']}/?format=json"):
        url = f"http://127.0.0.1:{server.port}/api/{path}"
        subprocess.run(
            ["curl", "-sSOJ", url, "-H", f"Authorization: {jupyter['Authorization']}"],
            cwd=tmp_path,
            check=True,
        )
    assert {path.name for path in tmp_path.iterdir()} == {saved, f"{saved}.json"}
    assert json.loads((tmp_path / f"{saved}.json").read_bytes())["name"] == name
