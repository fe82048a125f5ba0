import json

import pytest

from tram_ext.domain.errors import Invalid
from tram_ext.domain.models import ModelCard, TechniqueScore
from tram_ext.ml import cards


def card(model="logreg", **values):
    defaults = {
        "data_sha256": "aa",
        "counts": {"rows": 10},
        "libraries": {"numpy": "2"},
        "seconds": {"total": 1.0},
        "f1_weighted": 0.8,
        "techniques": (TechniqueScore("T1003", 0.5, 0.6, 0.55, 9), TechniqueScore("T1005", 1.0, 1.0, 1.0, 3)),
        "warnings": ("few",),
        "details": {"calibration": {"ece": 0.1, "bins": []}},
    }
    return ModelCard(model, **(defaults | values))


def test_a_card_survives_json():
    assert cards.from_dict(json.loads(json.dumps(cards.to_dict(card())))) == card()


def test_a_card_of_a_later_version_can_be_read():
    assert cards.from_dict(cards.to_dict(card()) | {"invented_later": 1}) == card()


@pytest.mark.parametrize("data", [{}, {"model": "x"}, cards.to_dict(card()) | {"techniques": [{"f1": 1}]}, []])
def test_what_is_no_card_is_refused(data):
    with pytest.raises(Invalid, match="no model card"):
        cards.from_dict(data)


def test_two_cards_side_by_side():
    other = card(
        "nb",
        data_sha256="bb",
        f1_weighted=0.7,
        f1_micro=0.6,
        techniques=(TechniqueScore("T1005", 1.0, 0.1, 0.2, 3), TechniqueScore("T1012", 1.0, 1.0, 1.0, 3)),
        details={},
    )
    found = cards.compare(card(), other)
    assert (found["a"], found["b"], found["same_data"]) == ("logreg", "nb", False)
    assert found["figures"]["f1_weighted"] == {"a": 0.8, "b": 0.7, "change": pytest.approx(-0.1)}
    assert found["figures"]["f1_micro"] == {"a": None, "b": 0.6, "change": None}
    assert found["figures"]["ece"] == {"a": 0.1, "b": None, "change": None}
    assert found["techniques"] == [{"attack_id": "T1005", "a": 1.0, "b": 0.2, "change": pytest.approx(-0.8)}]
    assert (found["only_a"], found["only_b"]) == (["T1003"], ["T1012"])
    assert json.dumps(found)


def test_the_greatest_change_comes_first():
    better = card(techniques=(TechniqueScore("T1003", 1, 1, 0.95, 9), TechniqueScore("T1005", 1, 1, 0.9, 3)))
    assert [row["attack_id"] for row in cards.compare(card(), better)["techniques"]] == ["T1003", "T1005"]
