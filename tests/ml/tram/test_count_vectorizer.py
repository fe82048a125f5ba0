import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from tram_ext.domain.errors import Conflict
from tram_ext.ml.tram.count_vectorizer import StemCountVectorizer


def fitted(texts, min_df=3):
    words = StemCountVectorizer(min_df)
    return words, words.fit_transform(texts)


def test_forms_of_a_word_meet_and_digits_case_and_stop_words_go():
    words, counts = fitted(["The actors ENCRYPTED 42 files", "an actor encrypts a file2"], min_df=1)
    assert words.vocabulary_ == ("actor", "encrypt", "fil")
    assert counts.toarray().tolist() == [[1, 1, 1], [1, 1, 1]]


def test_an_empty_text_has_no_words():
    words, _ = fitted(["alpha"], min_df=1)
    assert words.transform(["", "12 345 !"]).nnz == 0


def test_only_words_of_enough_sentences_count():
    words, counts = fitted(["alpha beta beta", "alpha gamma", "alpha beta"], min_df=2)
    assert words.vocabulary_ == ("alpha", "beta")
    assert counts.toarray().tolist() == [[1, 2], [1, 0], [1, 1]]


def test_prediction_counts_as_training_did():
    texts = ["Dumped the LSASS memory", "memory dumps of lsass", "dumping memory, again memory"]
    words, counts = fitted(texts, min_df=1)
    assert (words.transform(texts) != counts).nnz == 0
    assert words.transform(["never seen"]).nnz == 0


def test_a_vocabulary_survives_its_state():
    words, _ = fitted(["alpha beta", "alpha beta", "beta alpha"])
    again = StemCountVectorizer.from_state(words.state())
    assert (again.vocabulary_, again.stop_words_) == (words.vocabulary_, words.stop_words_)


def test_counts_are_scikit_learns_where_no_word_has_forms():
    texts = ["red blood cell", "the blood of a red fox", "red red fox", "fox blood"]
    peer = CountVectorizer(lowercase=True, stop_words="english", min_df=3)
    expected = peer.fit_transform(texts).toarray()
    words, counts = fitted(texts)
    assert words.vocabulary_ == tuple(peer.get_feature_names_out())
    assert np.array_equal(counts.toarray(), expected)


def test_nothing_to_count_says_what_to_do():
    with pytest.raises(Conflict, match="Accept more sentences"):
        fitted(["one thing", "another matter"])
