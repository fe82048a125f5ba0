from __future__ import annotations

import time

import pytest

from tram_ext.ml.nearest_neighbors import NearestNeighbors, tfidf_vectors

SAID = ["They dumped credentials from LSASS.", "A phishing mail carried an invoice.", "The ransomware encrypted files."]


@pytest.fixture
def near():
    found: NearestNeighbors[str] = NearestNeighbors()
    found.put("a", SAID)
    found.put("b", ["Credentials were dumped from LSASS memory.", "An invoice."])
    return found


def places(found):
    return [(each.key, each.place) for each in found]


def test_the_nearest_come_first(near):
    found = near.nearest("Dumping credentials of LSASS", 10)
    assert places(found) == [("a", 0), ("b", 0)]
    assert 1 > found[0].similarity > found[1].similarity > 0


def test_the_same_words_are_at_similarity_1(near):
    (first, *_) = near.nearest(SAID[1], 1)
    assert (first.key, first.place) == ("a", 1)
    assert first.similarity == pytest.approx(1)


def test_unknown_words_make_everything_less_similar(near):
    (plain,), (more,) = near.nearest("ransomware", 1), near.nearest("ransomware zebra giraffe", 1)
    assert plain.similarity > more.similarity > 0


@pytest.mark.parametrize("text", ["", "zebra", "?!"])
def test_what_shares_nothing_has_no_neighbours(near, text):
    assert near.nearest(text, 3) == []


def test_groups_come_and_go(near):
    near.put("a", ["Nothing of the kind."])
    assert places(near.nearest(SAID[0], 1)) == [("b", 0)]
    near.drop("b")
    assert near.nearest(SAID[0], 1) == []
    assert near.keys() == {"a"}
    assert NearestNeighbors().nearest("anything", 3) == []


def test_vectors_have_length_1_and_their_products_are_similarities():
    rows = tfidf_vectors([*SAID, SAID[0], ""])
    likeness = (rows @ rows.T).toarray()
    assert likeness.diagonal() == pytest.approx([1, 1, 1, 1, 0])
    assert likeness[0, 3] == pytest.approx(1)
    assert likeness[0, 1] == pytest.approx(0)


def test_many_sentences_are_searched_in_milliseconds():
    words = [f"word{number}" for number in range(3_000)]
    near: NearestNeighbors[int] = NearestNeighbors()
    near.put(0, [" ".join(words[(7 * i + j * j) % 3_000] for j in range(12)) for i in range(10_000)])
    near.nearest("word1 word8 word29", 5)
    began = time.perf_counter()
    assert len(near.nearest("word1 word8 word29", 5)) == 5
    assert time.perf_counter() - began < 0.05
