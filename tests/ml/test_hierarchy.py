from __future__ import annotations

import pytest

from tram_ext.ml.hierarchy import superseded


@pytest.mark.parametrize(
    ("confidences", "mentioned", "expected"),
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
def test_a_sub_technique_or_its_parent_is_superseded(confidences, mentioned, expected):
    assert superseded(confidences, mentioned) == expected
