import logging
from importlib.metadata import EntryPoint

import pytest

from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.ml import registry
from tram_ext.ml.tram.models import DummyModel, LogisticModel


@pytest.fixture
def installed(monkeypatch):
    def install(**values):
        points = [EntryPoint(name, value, registry.ENTRY_POINT_GROUP) for name, value in values.items()]
        monkeypatch.setattr(registry, "entry_points", lambda *, group: points)
        registry._added.cache_clear()

    yield install
    monkeypatch.undo()
    registry._added.cache_clear()


def test_trams_models_and_ours_are_there():
    assert registry.names()[:5] == ["dummy", "nb", "logreg", "nn_cls", "linear"]
    assert registry.model_class("logreg") is LogisticModel


@pytest.mark.parametrize("name", registry.BUILT_IN)
def test_every_built_in_model_is_there_and_has_what_an_entry_point_must_have(name):
    cls = registry.model_class(name)
    assert [attribute for attribute in registry._REQUIRED if not hasattr(cls, attribute)] == []


def test_an_unknown_name_is_answered_as_tram_answers():
    with pytest.raises(NotFound, match=r"^Model does not exist$"):
        registry.model_class("gpt")


def test_an_entry_point_adds_a_model(installed):
    installed(theirs="tram_ext.ml.tram.models:DummyModel")
    assert "theirs" in registry.names()
    assert registry.model_class("theirs") is DummyModel


def test_a_broken_entry_point_breaks_only_itself(installed, caplog):
    installed(broken="no_such_package:Model", theirs="tram_ext.ml.tram.models:DummyModel")
    with caplog.at_level(logging.WARNING), pytest.raises(Conflict, match=r"'broken' \(no_such_package:Model\)"):
        registry.model_class("broken")
    assert "no_such_package" in caplog.text
    assert registry.model_class("theirs") is DummyModel
    assert registry.model_class("logreg") is LogisticModel


def test_a_class_that_is_no_model_is_refused_with_what_it_lacks(installed):
    installed(odd="collections:OrderedDict")
    with pytest.raises(Conflict, match="has no multi_label, learns_from_builtin, fit"):
        registry.model_class("odd")


def test_nobody_takes_a_built_in_name(installed, caplog):
    with caplog.at_level(logging.WARNING):
        installed(logreg="collections:OrderedDict")
        assert registry.model_class("logreg") is LogisticModel
        assert registry.names().count("logreg") == 1
    assert "collections:OrderedDict is left out" in caplog.text
