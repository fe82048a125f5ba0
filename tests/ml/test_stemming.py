import pytest

from tram_ext.ml.text.word_stemmer import stem


@pytest.mark.parametrize(
    "forms",
    [
        "encrypt encrypts encrypted encrypting",
        "execute executes executed executing",
        "copy copies copied",
        "drop drops dropped dropping",
        "process processes processed processing",
        "install installs installed installing",
        "hash hashed hashing",
        "proxy proxies",
        "box boxes",
    ],
)
def test_forms_of_a_word_meet(forms):
    assert len({stem(word) for word in forms.split()}) == 1


def test_words_that_only_look_like_forms_stay_apart():
    assert [stem(word) for word in "access virus analysis red ring dns ssh".split()] == [
        "access",
        "virus",
        "analysis",
        "red",
        "ring",
        "dns",
        "ssh",
    ]


@pytest.mark.parametrize("word", ["", "s", "ed", "es", "ies", "ingly", "lly", "édited", "заказы"])
def test_any_word_has_a_stem(word):
    assert isinstance(stem(word), str)
    assert bool(stem(word)) == bool(word)
