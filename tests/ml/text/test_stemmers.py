import pytest

from tram_ext.ml.text.token_stemmer import cut_ending
from tram_ext.ml.text.word_stemmer import stem_word


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
    assert len({stem_word(word) for word in forms.split()}) == 1


def test_words_that_only_look_like_forms_stay_apart():
    assert [stem_word(word) for word in "access virus analysis red ring dns ssh".split()] == [
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
    assert isinstance(stem_word(word), str)
    assert bool(stem_word(word)) == bool(word)


@pytest.mark.parametrize(
    ("token", "left"),
    [("encryption", "encrypt"), ("loaders", "load"), ("executed", "execut"), ("executes", "execut"), ("dns", "dns"), ("ring", "ring")],
)  # fmt: skip
def test_a_token_loses_one_ending_and_keeps_three_letters(token, left):
    assert cut_ending(token) == left
