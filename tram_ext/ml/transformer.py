"""The model ``bert``: predicts with a sequence classifier from a local folder in Hugging Face's format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from tram_ext.domain.attack import TECHNIQUE_ID
from tram_ext.domain.errors import Conflict
from tram_ext.domain.models import Proposal
from tram_ext.ml.model import Progress, TrainingSet
from tram_ext.ml.tram.single_label import above_threshold

if TYPE_CHECKING:
    from typing import Self

FloatArray = npt.NDArray[np.float32]

_BATCH: Final = 32
_BLOCK: Final = 2**20
_LONGEST: Final = 512  # tokens; BERT has no position embeddings for more
_CONFIGURATION: Final = "config.json"
_WEIGHTS: Final = ("model.safetensors", "model.safetensors.index.json")
_PICKLES: Final = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_SETTING: Final = "c.TramExtension.bert_folder, or the environment variable TRAM_BERT_FOLDER,"


class TransformerModel:
    """A classifier that was trained elsewhere; "training" evaluates it here and registers it unchanged.

    Parameters
    ----------
    folder : Path
        With ``config.json``, whose ``id2label`` names techniques, a tokenizer, and ``model.safetensors``.
    sha256 : str
        Of the folder's files.
    """

    multi_label: ClassVar[bool] = False
    learns_from_builtin: ClassVar[bool] = False

    def __init__(self, folder: Path, sha256: str) -> None:
        self.folder = folder
        self.sha256 = sha256
        self.threshold: float | None = None
        self.techniques = _techniques(_configuration(folder))
        self._classifier = _classifier(folder, sha256)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Warnings for the model card."""
        remark = (
            f"The weights of {self.folder} were taken over as they are: nothing was learnt from the accepted "
            "sentences. Where those weights have been trained on some of them, the figures are too good."
        )
        return (remark,)

    @classmethod
    def fit(cls, training: TrainingSet, progress: Progress) -> Self:
        """Load the classifier from the folder that `training` names; its weights do not change.

        Raises
        ------
        Conflict
            No folder is named, the folder holds no such classifier, or the packages that read it are not installed.
        """
        if not training.classifier:
            raise Conflict(
                f"The model 'bert' is not trained here, but read from a folder, and none is named. Let {_SETTING} name "
                f"a folder with {_CONFIGURATION}, a tokenizer and {_WEIGHTS[0]}."
            )
        folder = Path(training.classifier).expanduser().resolve()
        progress(0.1, "reading weights")
        model = cls(folder, _digest(folder))
        progress(1.0, "read")
        return model

    def confidences(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each technique for each text, shape (n, techniques)."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # texts of similar length need little padding
        found = np.zeros((len(texts), len(self.techniques)), np.float32)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            found[chosen] = self._classifier([texts[i] for i in chosen])
        return found

    def propose(self, texts: Sequence[str], threshold: float | None = None) -> list[tuple[Proposal, ...]]:
        """Propose each technique whose probability is at least `threshold` (TRAM's 25 % for None), best first."""
        return self.choose(texts, self.confidences(texts), threshold)

    def choose(
        self,
        texts: Sequence[str],  # noqa: ARG002 - part of the protocol; confidences suffice here
        confidences: FloatArray,
        threshold: float | None,
    ) -> list[tuple[Proposal, ...]]:
        """Propose as :meth:`propose` does, from `confidences` that were computed before."""
        return above_threshold(self.techniques, confidences, threshold)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the most probable technique of each text."""
        return [self.techniques[i] for i in self.confidences(texts).argmax(axis=1)]

    def state(self) -> dict[str, Any]:
        """Return the folder and a hash of its files: the weights are too large to be copied."""
        return {"folder": str(self.folder), "sha256": self.sha256}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Read the folder that `state` names.

        Raises
        ------
        Conflict
            It does not exist any more, or its files have changed.
        """
        folder, sha256 = Path(state["folder"]), state["sha256"]
        if _digest(folder) != sha256:
            raise Conflict(
                f"The files in {folder} are not those that the model 'bert' was made of. Put those back, or take over "
                "what is there now: jupyter tram train bert"
            )
        return cls(folder, sha256)


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        configuration = json.loads((folder / _CONFIGURATION).read_bytes())
    except OSError as error:
        raise Conflict(
            f"{folder} is no folder of a sequence classifier: {_CONFIGURATION} cannot be read ({error.strerror}). Let "
            f"{_SETTING} name one."
        ) from error
    except ValueError as error:
        raise Conflict(f"{folder / _CONFIGURATION} is no JSON ({error}).") from error
    if not isinstance(configuration, dict):
        raise Conflict(f"{folder / _CONFIGURATION} describes no model.")
    if "auto_map" in configuration:
        raise Conflict(
            f"{folder} is refused: its {_CONFIGURATION} asks for Python code of its own to be run (auto_map)."
        )
    return configuration


def _techniques(configuration: dict[str, Any]) -> tuple[str, ...]:
    """Return the technique of each output of the classifier."""
    labels = configuration.get("id2label")
    try:
        named = [labels[str(number)] for number in range(len(labels))] if isinstance(labels, dict) else []
    except KeyError as error:
        raise Conflict(
            f"The outputs of the classifier are not numbered from 0 in id2label: {error} is missing."
        ) from error
    strange = [name for name in named if not (isinstance(name, str) and TECHNIQUE_ID.fullmatch(name))]
    if not named or strange or len(set(named)) != len(named):
        what = f"{strange[0]!r} is no technique id" if strange else "it names none, or one twice"
        raise Conflict(
            f"The {_CONFIGURATION} of the classifier does not say which technique each output means: {what}. Its "
            'id2label has to be like {"0": "T1003.001", "1": "T1005"}.'
        )
    return tuple(named)


def _digest(folder: Path) -> str:
    """Hash the files of the classifier, after checking that its format is one that can be read safely."""
    _configuration(folder)
    if not any((folder / name).is_file() for name in _WEIGHTS):
        pickles = sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern))
        held = f"{pickles[0]} is a pickle, which can carry code, and is never read. " if pickles else ""
        raise Conflict(f"{folder} has no {_WEIGHTS[0]}. {held}Save the classifier with safe_serialization=True.")
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".json", ".safetensors", ".txt"} and path.is_file():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _classifier(folder: Path, sha256: str) -> _Classifier:  # noqa: ARG001 - part of the cache key
    return _Classifier(folder)


class _Classifier:
    """A loaded tokenizer and network."""

    def __init__(self, folder: Path) -> None:
        try:
            import torch
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise Conflict(
                f"The model 'bert' needs packages that are not installed ({error}). Install them: "
                "pip install 'tram-ext[transformers]'"
            ) from error
        offline = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, **offline)
            network, loaded = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, output_loading_info=True, **offline
            )
        except Exception as error:  # damaged weights raise any kind of error in these libraries
            raise Conflict(f"The classifier in {folder} cannot be read ({type(error).__name__}: {error}).") from error
        if missing := sorted(loaded["missing_keys"]):  # they would be initialised at random
            raise Conflict(
                f"The weights in {folder} are not those of a whole classifier: {', '.join(missing)} is missing. A "
                "model that was trained on text alone has to be trained to name techniques first."
            )
        self._network = network.eval()
        self._torch = torch
        self._several = self._network.config.problem_type == "multi_label_classification"

    def __call__(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each label for each text."""
        read = self._tokenizer(list(texts), padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        with self._torch.inference_mode():
            logits = self._network(**read).logits.float()
        return np.asarray((logits.sigmoid() if self._several else logits.softmax(dim=-1)).numpy(), np.float32)
