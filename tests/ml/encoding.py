"""An encoder without a package: the beginnings of its words, thrown into a few dimensions."""

from __future__ import annotations

import zlib

import numpy as np

DIMENSIONS = 24


class LetterEncoder:
    def __init__(self, identity="letters 1"):
        self.identity = identity
        self.encoded = 0

    def encode(self, texts):
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word[:6].encode()) % DIMENSIONS] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def other_weights():
    return LetterEncoder("letters 2")


def none_at_all():
    return object()


def damaged():
    raise OSError("the weights are cut short")
