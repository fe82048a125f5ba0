"""All services over one store, made together; what is heavy among them waits for its first use."""

from __future__ import annotations

from functools import cached_property

from tram_ext.services.access.passwords import Passwords
from tram_ext.services.access.proxies import Proxies
from tram_ext.services.access.tokens import Tokens
from tram_ext.services.access.users import Users
from tram_ext.services.advice.advising import Adviser
from tram_ext.services.advice.explanations import Explanations
from tram_ext.services.advice.overviews import Overviews
from tram_ext.services.advice.suggestions import Suggestions
from tram_ext.services.advice.usefulness import Usefulness
from tram_ext.services.attack.attack import Attack
from tram_ext.services.attack.attack_objects import AttackObjects
from tram_ext.services.attack.attack_upgrade import AttackUpgrades
from tram_ext.services.backups.backup import Backups
from tram_ext.services.data_folder.opening import open_together
from tram_ext.services.documents.documents import Documents
from tram_ext.services.documents.pages import Pages
from tram_ext.services.documents.previews import Previews
from tram_ext.services.documents.purging import Purging
from tram_ext.services.documents.queue import Queue
from tram_ext.services.mapping.mapping import Mapper
from tram_ext.services.mapping.prediction import Predictions
from tram_ext.services.mapping.remapping import Remapping
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.reports.bulk import Bulk
from tram_ext.services.reports.exporting import Exports
from tram_ext.services.reports.imports import Imports
from tram_ext.services.reports.reports import Reports
from tram_ext.services.review.changes import Changes
from tram_ext.services.review.excerpts import Excerpts
from tram_ext.services.review.log import Log
from tram_ext.services.review.segmentation import Segmentation
from tram_ext.services.review.sentence_mappings import SentenceMappings
from tram_ext.services.review.sentences import Sentences
from tram_ext.services.review.steps import Steps
from tram_ext.services.review.undo import Undo
from tram_ext.services.settings import Settings
from tram_ext.services.status import Status
from tram_ext.services.training.label_checks import LabelChecks
from tram_ext.services.training.learning_curves import LearningCurves
from tram_ext.services.training.models import Models
from tram_ext.services.training.preparation import Preparation
from tram_ext.services.training.tasks import Tasks
from tram_ext.services.training.training import CHILD_NEEDS, Trainings
from tram_ext.services.training.training_sets import TrainingSets


class Services:
    """The workbench.

    Parameters
    ----------
    settings : Settings
        What was decided from outside.

    Raises
    ------
    Unavailable
        The data folder or the database cannot be used, or they do not belong together.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock, self.store, pair = open_together(settings)
        self._trainers = ChildPool(1, preload=CHILD_NEEDS)
        self._readers = ChildPool(
            settings.jobs_at_once,
            preload=["tram_ext.services.mapping.mapping_work", "tram_ext.documents.child", "tram_ext.ml.files"],
        )
        self.users = Users(self.store, settings, Passwords())
        self.proxies = Proxies(self.store)
        self.attack = Attack(self.store)
        self.changes = Changes()
        self.imports = Imports(self.store, self.changes)
        self.reports = Reports(self.store, settings, self.changes)
        self.sentences = Sentences(self.store, self.changes)
        self.mappings = SentenceMappings(self.store, self.changes)
        self.steps = Steps(self.store, self.changes)
        self.bulk = Bulk(self.store, self.changes)
        self.segmentation = Segmentation(self.store, self.changes)
        self.excerpts = Excerpts(self.store, self.changes)
        self.undo = Undo(self.store, self.changes)
        self.log = Log(self.store)
        self.exports = Exports(self.store)
        self.attack_objects = AttackObjects(self.store, self.changes)
        self.attack_upgrades = AttackUpgrades(self.store, self.changes, self._readers, settings)
        self.backups = Backups(self.store, settings, pair)
        self.purging = Purging(self.store, settings)
        self.models = Models(self.store, settings)
        self.training_sets = TrainingSets(self.store, settings)
        self.tasks = Tasks(self.store, settings)
        self.trainings = Trainings(self.store, settings, self.tasks, self._trainers)
        self.predictions = Predictions(self.store, settings)
        self.label_checks = LabelChecks(self.store, settings, self.tasks, self._trainers)
        self.learning_curves = LearningCurves(self.store, settings, self.tasks, self._trainers, self.trainings)
        self._adviser = Adviser(
            self.store, ChildPool(1, preload=["tram_ext.services.advice.advice_work"]), settings.job_timeout
        )
        self.explanations = Explanations(self.store, self.predictions, self._adviser)
        self.suggestions = Suggestions(self.store, self.predictions, self._adviser)
        self.usefulness = Usefulness(self.store, self.predictions, self._adviser)
        self.overviews = Overviews(self.store, self.usefulness)
        self.mapper = Mapper(self._readers, self.predictions, settings)
        self.remapping = Remapping(self.store, self.mapper, self.changes)
        self.preparation = Preparation(self.store, settings, self.attack, self.predictions)
        self.queue = Queue(self.store, settings, self.mapper, self.preparation)
        self.previews = Previews(self.mapper, self.attack, self.preparation, settings)
        self.documents = Documents(self.store, settings, self.imports, self.queue.wake, pair)
        self.pages = Pages(self.store, self.documents, settings)
        self.status = Status(self.store, settings, self.preparation, self.tasks, self.overviews.identity)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens; the key that signs them is made with the first."""
        return Tokens(self.store, self.settings)

    def warm_up(self) -> None:
        """Start the children, so that the first training and the first upload do not wait for their imports."""
        self._trainers.warm_up()
        self._readers.warm_up()

    def close(self) -> None:
        """End children and connections; what is under way in the queue returns to it first."""
        self.queue.stop()
        self.previews.close()
        self._readers.close()
        self.queue.close()
        self.pages.close()
        self._adviser.close()
        self._trainers.close()
        self.preparation.close()
        self.store.close()
        self._lock.close()
