"""A small world of techniques, quick to learn."""

from __future__ import annotations

import pytest

from tram_ext.domain.attack import AttackKind, AttackObject
from tram_ext.ml.linear import LinearModel
from tram_ext.ml.model import AttackTexts, TrainingSet

_DONE = {
    "T1053.005": ("creates a scheduled task named {} to run its loader", "registered a task in the scheduler as {}"),
    "T1105": (
        "downloads a second payload called {} from its server",
        "fetched the additional tool {} over the network",
    ),
    "T1113": ("takes screenshots of the desktop and saves them to {}", "captured the screen of the victim into {}"),
}
_THINGS = "alpha bravo carbon delta ember falcon garnet harbor indigo jasper".split()
_NOTHING = (
    "The company published its yearly results and thanked {} for the support",
    "Readers may contact our press team at the office of {} for more",
)


def _technique(attack_id: str, name: str, description: str) -> AttackObject:
    return AttackObject(attack_id, AttackKind.TECHNIQUE, name, "enterprise-attack", description=description)


@pytest.fixture(scope="session")
def attack() -> AttackTexts:
    return AttackTexts(
        techniques=(
            _technique("T1053", "Scheduled Task/Job", "Adversaries may abuse task scheduling to run code."),
            _technique("T1053.005", "Scheduled Task", "Adversaries may abuse the Windows Task Scheduler."),
            _technique("T1105", "Ingress Tool Transfer", "Adversaries may transfer tools into an environment."),
            _technique("T1113", "Screen Capture", "Adversaries may take captures of the desktop."),
            _technique("T1496", "Cryptocurrency Mining", "Adversaries may mine cryptocurrency for themselves."),
        ),
        negatives=("Audit the permissions of administrators.", "Train users to report suspicious mail."),
        actors=("Grey Heron",),
    )


@pytest.fixture(scope="session")
def examples(attack: AttackTexts) -> TrainingSet:
    rows = [
        (f"Grey Heron {template.format(thing)}.", (technique,), f"S{i % 5}", True)
        for technique, templates in _DONE.items()
        for template in templates
        for i, thing in enumerate(_THINGS * 2)
    ]
    rows += [
        (template.format(thing), (), f"report {i % 5}", False)
        for template in _NOTHING
        for i, thing in enumerate(_THINGS)
    ]
    texts, labels, groups, builtin = zip(*rows, strict=True)
    return TrainingSet(texts, labels, groups, builtin, attack)


@pytest.fixture(scope="session")
def model(examples: TrainingSet) -> LinearModel:
    return LinearModel.fit(examples, lambda share, stage: None)
