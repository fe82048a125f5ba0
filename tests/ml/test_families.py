from __future__ import annotations

import pytest

from tram_ext.ml.hierarchy import spoken_for


@pytest.mark.parametrize(
    ("confidences", "written", "hidden"),
    [
        ({}, (), set()),
        ({"T1055": 0.9, "T1105": 0.3}, (), set()),
        ({"T1055.001": 0.2, "T1055.012": 0.1}, (), set()),
        ({"T1055": 0.9, "T1055.001": 0.45}, (), {"T1055"}),
        ({"T1055": 0.4, "T1055.001": 0.8}, (), {"T1055"}),
        ({"T1055": 0.9, "T1055.001": 0.14}, (), {"T1055.001"}),
        ({"T1055": 0.9, "T1055.001": 0.14, "T1055.012": 0.2}, (), {"T1055.001", "T1055.012"}),
        ({"T1055": 0.9, "T1055.001": 0.14, "T1055.012": 0.6}, (), {"T1055"}),
        ({"T1055": 0.9, "T1055.001": 0.5}, ("T1055",), set()),
        ({"T1055": 0.98, "T1055.001": 0.3}, ("T1055.001",), {"T1055"}),
        ({"T1055": 0.98, "T1055.001": 0.3}, ("T1055", "T1055.001"), set()),
        ({"T1055": 0.9, "T1055.001": 0.14}, ("T1055",), {"T1055.001"}),
    ],
)
def test_of_a_family_those_are_proposed_that_say_most(confidences, written, hidden):
    assert spoken_for(confidences, written) == hidden
