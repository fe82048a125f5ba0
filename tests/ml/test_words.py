import pytest

from tram_ext.domain.errors import Conflict
from tram_ext.ml.words import WordCounts, stems


def test_forms_of_a_word_meet_and_digits_case_and_stop_words_go():
    assert stems(["The actors ENCRYPTED 42 files", "an actor encrypts a file2"]) == [
        ["actor", "encrypt", "fil"],
        ["actor", "encrypt", "fil"],
    ]


def test_an_empty_text_has_no_words():
    assert stems(["", "12 345 !"]) == [[], []]


def test_only_words_of_enough_sentences_count():
    words, counts = WordCounts.fit(["alpha beta beta", "alpha gamma", "alpha beta"], min_df=2)
    assert words.vocabulary == ("alpha", "beta")
    assert counts.toarray().tolist() == [[1, 2], [1, 0], [1, 1]]


def test_prediction_counts_as_training_did():
    texts = ["Dumped the LSASS memory", "memory dumps of lsass", "dumping memory, again memory"]
    words, counts = WordCounts.fit(texts, min_df=1)
    assert (words.transform(texts) != counts).nnz == 0
    assert words.transform(["never seen"]).nnz == 0


def test_a_vocabulary_survives_its_state():
    words, _ = WordCounts.fit(["alpha beta", "alpha beta", "beta alpha"])
    assert WordCounts.from_state(words.state()).vocabulary == words.vocabulary


def test_nothing_to_count_says_what_to_do():
    with pytest.raises(Conflict, match="Accept more sentences"):
        WordCounts.fit(["one thing", "another matter"])
