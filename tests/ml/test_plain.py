import json
import subprocess
import sys
from collections import OrderedDict

import numpy as np
import pytest
import scipy.sparse as sp
import skops.io
from sklearn.naive_bayes import MultinomialNB

from tram_ext.ml import files
from tram_ext.ml.plain import NotPlain, read
from tram_ext.ml.tram.models import LogisticModel


def test_it_reads_what_skops_writes():
    value = {
        "text": "naïve\n",
        "numbers": [1, -2.5, None, True],
        "pair": ("a", {"deep": []}),
        "array": np.arange(6, dtype=np.float32).reshape(2, 3),
        "sparse": sp.csr_matrix(np.eye(3)),
    }
    found = read(skops.io.dumps(value))
    assert np.array_equal(found.pop("array"), value.pop("array"))
    assert (found.pop("sparse") != value.pop("sparse")).nnz == 0
    assert json.dumps(found) == json.dumps(value)
    assert isinstance(found["pair"], tuple)


@pytest.mark.parametrize(
    "value",
    [MultinomialNB(), {"deep": [print]}, {1: "a"}, OrderedDict(a=1), np.float32(1), {1, 2}, np.array([None, {}])],
)
def test_it_leaves_everything_else_to_skops(value):
    with pytest.raises(NotPlain):
        read(skops.io.dumps({"value": value}))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"{}", skops.io.dumps({"a": np.arange(9)})[:-40]],
    ids=["empty", "a magic number", "JSON", "cut off"],  # bytes differ from process to process
)
def test_what_is_no_file_is_not_plain(data):
    with pytest.raises(NotPlain):
        read(data)


def test_a_prediction_imports_neither_scikit_learn_nor_skops(corpus, silent, tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(files.dump(LogisticModel.fit(corpus, silent), "logreg"))
    script = (
        "import sys, pathlib; from tram_ext.ml.files import load; model = load(pathlib.Path(sys.argv[1]), 'logreg');"
        "print(model.predict(['files encrypted, ransom note'])[0], {'sklearn', 'skops', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.split(maxsplit=1) == ["T1486", "set()\n"]
