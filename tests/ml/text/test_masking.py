from __future__ import annotations

import pytest

from tram_ext.ml.text.masking import masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It writes to hxxp://a.example[.]com/x", "It writes to  urlvalue "),
        ("mail to jane.doe@example[.]com", "mail to  mailvalue "),
        (r"adds HKCU\Software\Run to it", "adds  registryvalue  to it"),
        ("beacons to 192.0.2[.]7:8080 daily", "beacons to  addressvalue  daily"),
        ("exploits CVE-2024-12345 first", "exploits  vulnerabilityvalue  first"),
        ("an id T1059.001 in it", "an id   in it"),
        (r"del C:\Users\[username]\sample.exe", r"del C:\Users\\sample.exe"),
        (r"C:\Users\%USERNAME%\AppData\Roaming", r"C:\Users\\AppData\Roaming"),
        (r"C:\Users\j.doe\AppData and /Users/jane/Library", r"C:\Users\\AppData and /Users//Library"),
        ("archives in /home/<user>/ and in {{user_name}}.zip", "archives in /home// and in .zip"),
    ],
)
def test_values_and_names_of_users_go(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"It is staged in C:\Users\Public\Music",
        "The malware collects the username and the host name.",
        "It asks users[1] for a user (name and password)",
        "Nothing to mask at all",
    ],
)
def test_what_is_said_of_users_stays(text):
    assert masked(text) == text
