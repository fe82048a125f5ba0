import random

from tram_ext.ml.evaluation.leakage import leakage

TRAIN = [
    "The malware writes a registry run key to survive a reboot of the host.",
    "Actors sent an email with a malicious attachment to employees.",
]


def test_exact_near_and_new_sentences_are_told_apart():
    found = leakage(
        TRAIN,
        [
            "the malware writes a registry run key to survive a reboot of the host",
            "Later the malware writes a registry run key to survive a restart.",
            "Credentials were dumped from memory of a domain controller.",
        ],
    )
    assert found == {"test": 3, "exact": 1, "near": 1}


def test_pieces_of_several_sentences_are_no_near_duplicate_of_one():
    text = "Writes a registry and an email with a lure then beacons over dns to fetch further modules"
    assert leakage(TRAIN, [text])["near"] == 0


def test_short_and_empty_sentences():
    assert leakage(["run key", "", "x"], ["Run key!", "", "keys run", "y"]) == {"test": 4, "exact": 2, "near": 0}


def test_nothing_to_compare():
    assert leakage([], ["some words here now"]) == {"test": 1, "exact": 0, "near": 0}
    assert leakage(TRAIN, []) == {"test": 0, "exact": 0, "near": 0}


def test_a_common_turn_of_phrase_is_no_leak():
    draw = random.Random(0)
    words = [f"word{i}" for i in range(3000)]
    train = [" ".join(["has been observed using", *draw.sample(words, 5)]) for _ in range(300)]
    assert leakage(train, ["APT has been observed using"])["near"] == 0
