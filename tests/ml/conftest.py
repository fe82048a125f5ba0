"""A small invented corpus whose techniques differ by their words."""

from __future__ import annotations

import random
from importlib.metadata import EntryPoint

import pytest

from tram_ext.ml import encoders
from tram_ext.ml.model import TrainingSet

_WORDS = {
    "T1566.001": "email attachment phishing lure document spear victim opened",
    "T1059.001": "powershell script encoded command interpreter executed downloads",
    "T1003.001": "credentials dumped lsass memory mimikatz passwords hashes",
    "T1486": "files encrypted ransom note recovery extension locker",
}
_FILLER = "actor malware operators campaign server windows host network system user tool variant".split()


def make_corpus(rows_each=30, *, techniques=tuple(_WORDS), seed=1):
    draw = random.Random(seed)
    texts, labels = [], []
    for technique in techniques:
        own = _WORDS[technique].split()
        for _ in range(rows_each):
            words = draw.sample(own, 4) + draw.sample(_FILLER, 5)
            draw.shuffle(words)
            texts.append(" ".join(words).capitalize() + ".")
            labels.append((technique,))
    order = list(range(len(texts)))
    draw.shuffle(order)
    return TrainingSet(
        texts=tuple(texts[i] for i in order),
        labels=tuple(labels[i] for i in order),
        groups=tuple(f"report {i % 7}" for i in range(len(texts))),
        builtin=(False,) * len(texts),
    )


@pytest.fixture(scope="session")
def corpus():
    return make_corpus()


@pytest.fixture(scope="session")
def silent():
    return lambda share, stage: None


@pytest.fixture(scope="session")
def two_techniques():
    return make_corpus(techniques=("T1486", "T1566.001"))


@pytest.fixture
def installed_encoders(monkeypatch):
    """Return a function that lets other packages register encoders, and no more than those it is told of."""

    def install(**targets):
        points = [EntryPoint(name, target, encoders.ENTRY_POINT_GROUP) for name, target in targets.items()]
        monkeypatch.setattr(encoders, "entry_points", lambda *, group: points)
        encoders._added.cache_clear()
        encoders.load.cache_clear()

    yield install
    monkeypatch.undo()
    encoders._added.cache_clear()
    encoders.load.cache_clear()
