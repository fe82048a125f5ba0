"""Maps a text or a document without storing anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tram_ext.domain.errors import TooLarge
from tram_ext.domain.reports import NewReport
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.attack.attack import Attack
from tram_ext.services.files.incoming import Incoming
from tram_ext.services.mapping.mapping import Mapper
from tram_ext.services.settings import Settings
from tram_ext.services.training.preparation import Preparation


@dataclass(frozen=True, slots=True)
class Preview:
    """The report that mapping would make, the names of its techniques by id, and warnings."""

    report: NewReport
    names: dict[str, str]
    warnings: tuple[str, ...] = ()


class Previews:
    """Maps texts and files; the first call on a new installation waits until it is prepared."""

    def __init__(self, mapper: Mapper, attack: Attack, preparation: Preparation, settings: Settings) -> None:
        self._mapper = mapper
        self._attack = attack
        self._preparation = preparation
        self._settings = settings
        self._closed = False

    def of_text(self, text: str, model: str, actor: User, *, cancelled: Callable[[], bool] = lambda: False) -> Preview:
        """Map a text.

        Parameters
        ----------
        cancelled : callable
            Asked all the while; when it answers True, the work ends.

        Raises
        ------
        NotFound
            There is no such model.
        Invalid
            The text holds no words.
        TooLarge
            It is over the limit of an upload.
        Conflict
            The model was never trained.
        Cancelled
            `cancelled` answered True.
        """
        require(actor, Permission.REVIEW)
        largest = self._settings.max_upload_size
        if len(text) > largest:
            raise TooLarge(f"The text has {len(text):,} characters; the limit is {largest:,}.")
        over = self._over(cancelled)
        self._prepare(model, over)
        return self._preview(self._mapper.map_text(text, model, cancelled=over))

    def of_file(
        self,
        incoming: Incoming,
        name: str,
        model: str | None,
        actor: User,
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Preview:
        """Map a received file, which is gone afterwards; see :meth:`of_text`.

        Raises
        ------
        NotFound
            There is no such model.
        Invalid, UnsupportedMediaType
            It is no document that can be read.
        Conflict
            The model was never trained.
        """
        try:
            require(actor, Permission.REVIEW)
            incoming.finish()
            chosen, over = model or "default", self._over(cancelled)
            self._prepare(chosen, over)
            report, document = self._mapper.map_file(incoming.path, chosen, name=name, cancelled=over)
            return self._preview(report, document.warnings)
        finally:
            incoming.discard()

    def close(self) -> None:
        """End waiting calls."""
        self._closed = True

    def _over(self, cancelled: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: self._closed or cancelled()

    def _prepare(self, model: str, over: Callable[[], bool]) -> None:
        if model in ("default", self._settings.default_model):
            self._preparation.wait(over)

    def _preview(self, report: NewReport, warnings: tuple[str, ...] = ()) -> Preview:
        techniques, _ = self._attack.techniques(everything=True)
        return Preview(report, {item.attack_id: item.name for item in techniques}, warnings)
