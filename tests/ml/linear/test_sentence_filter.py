from __future__ import annotations

import pytest

from tram_ext.ml.linear.sentence_filter import may_describe_behaviour


@pytest.mark.parametrize(
    "text",
    [
        "The malware creates a scheduled task to survive a reboot.",
        "Use of rundll32 to load the second stage from disk",
        "Disable Windows Defender through the registry before encryption",
        "There was no evidence of a web shell, but the actors had created a scheduled task.",
        "The malware exits where it finds no trace of a debugger in the process list.",
        "The dropper downloads its second stage from: urlvalue",
        "Its beacon goes to a compromised site under this location: urlvalue",
        "The actors disabled the mitigations for macros and opened the attachment with guidance from a caller.",
        'The page asks "Are you human?" and copies a PowerShell command to the clipboard.',
        r"The batch file deletes the logs with del C:\Windows\Temp\*.??",
        "Victims see urlvalue in a window that the loader opens while it encrypts their files.",
        "Look-alike domains were registered for the phishing campaign",
        "The tool clears event 4624 from the log and restarts the service.",
        "Figure 3 shows how the implant copies itself into the startup folder of every user",
    ],
)
def test_sentences_on_behaviour_pass(text):
    assert may_describe_behaviour(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lateral movement",
        "urlvalue hashvalue addressvalue dropped by payload",
        "Figure 7: The main loop",
        "rule loader_strings_v2 {",
        '$a2 = "cmd.exe /c del the file now and then"',
        "TLP:CLEAR - this document may be shared with anybody outside",
        "Version 1.2, last revised: 23 September 2025 by the response team",
        "Patch operating systems as soon as the vendor releases updates.",
        "- Use multi-factor authentication wherever possible for all services.",
        "Organizations should monitor the use of PowerShell on servers.",
        "title: Old Loaders and New Thieves in the Retail Sector url: urlvalue",
        "Ransomware (CISA): Introduction to ransomware, threats and other resources: urlvalue",
        "GENERAL RANSOMWARE MITIGATIONS \u2014 HEALTH SECTOR",
        "Joint guide: Credential Dumping and Lateral Movement Countermeasures",
        "So far, we have found no evidence of data being exfiltrated over the command channel.",
        "There is no indication that credentials were dumped from LSASS.",
        "It is recommended to restrict remote desktop to known hosts.",
        "Does the ransomware have a flaw that allows decryption without the key?",
        'Investigators asked: "Who created the scheduled task on the server?"',
        "Why did they wait for so long before the encryption?!?\u201d",
        "Look for processes with names in square brackets.",
        "Check for RC4 in event 4769.",
        "For indicators of compromise of this and other loaders, see  urlvalue .",
        "Event ID 4728 or 4732 for privileged groups, outside of change windows",
        "\u2022 Rotate all keys that were stored in the vault.",
    ],
)
def test_all_others_are_filtered(text):
    assert not may_describe_behaviour(text)
