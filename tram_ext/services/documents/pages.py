"""The pages of a report's PDF: their sizes, images, and the boxes of the report's sentences on them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from tram_ext.documents.limits import Limits
from tram_ext.domain.errors import Invalid, NotFound
from tram_ext.domain.review import SentenceFilter
from tram_ext.domain.users import Permission, User
from tram_ext.services.access.policies import require
from tram_ext.services.documents.documents import Documents
from tram_ext.services.processes.pool import ChildPool
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store

T = TypeVar("T")
Box = tuple[float, float, float, float]

WIDTHS: Final = (200, 2_000)
"""The least and the greatest width of an image, in pixels."""

_PDF: Final = "application/pdf"
_SECONDS: Final = 20.0
_CACHE_BYTES: Final = 32 * 1024 * 1024


class Pages:
    """Renders pages in a child process of its own, which is ended where a library hangs."""

    def __init__(self, store: Store, documents: Documents, settings: Settings) -> None:
        self._store = store
        self._documents = documents
        self._settings = settings
        self._children = ChildPool(1, preload=["tram_ext.documents.pdf_pages"])
        self._images = _Cache(_CACHE_BYTES)

    def sizes(self, report_id: int, actor: User) -> list[tuple[float, float]]:
        """Return width and height of each page of a report's PDF, in points.

        Raises
        ------
        NotFound
            There is no such report, or it has no PDF.
        Invalid
            The PDF cannot be opened.
        WorkFailed
            It takes too long.
        """
        from tram_ext.documents import pdf_pages

        return self._run(pdf_pages.page_sizes, self._pdf(report_id, actor)[1], Limits())

    def image(self, report_id: int, number: int, width: int, actor: User) -> bytes:
        """Return a page as a WebP image.

        Parameters
        ----------
        number : int
            From 1.
        width : int
            Pixels.

        Raises
        ------
        NotFound
            There is no such report or page, or the report has no PDF.
        Invalid
            The width is out of range, or the PDF cannot be opened.
        WorkFailed
            It takes too long.
        """
        from tram_ext.documents import pdf_pages

        if not WIDTHS[0] <= width <= WIDTHS[1]:
            raise Invalid.field("width", f"Ensure this value is from {WIDTHS[0]} to {WIDTHS[1]}.")
        sha256, path = self._pdf(report_id, actor)
        key = (sha256, number, width)
        image = self._images.get(key)
        if image is None:
            image = self._run(pdf_pages.render_page, path, number, width, Limits())
            self._images.put(key, image)
        return image

    def boxes(self, report_id: int, number: int, actor: User) -> dict[int, list[Box]]:
        """Return the boxes of the report's sentences on a page, by sentence; see :mod:`tram_ext.documents.pdf_pages`.

        Raises
        ------
        NotFound
            There is no such report or page, or the report has no PDF.
        Invalid
            The PDF cannot be opened.
        WorkFailed
            It takes too long.
        """
        from tram_ext.documents import pdf_pages

        _, path = self._pdf(report_id, actor)
        with self._store.read() as work:
            found = work.sentences.page(SentenceFilter(report_id=report_id, page=number))
        sentences = [(sentence.id, sentence.text) for sentence in found]
        return self._run(pdf_pages.sentence_boxes, path, number, sentences, Limits())

    def close(self) -> None:
        """End the child process."""
        self._children.close()

    def _run(self, function: Callable[..., T], *args: Any) -> T:
        return self._children.run(function, *args, seconds=min(_SECONDS, self._settings.job_timeout))

    def _pdf(self, report_id: int, actor: User) -> tuple[str, Path]:
        """Return hash and path of a report's PDF."""
        require(actor, Permission.READ)
        with self._store.read() as work:
            report = work.reports.get(report_id)
        if report is None:
            raise NotFound("No Report matches the given query.")
        if report.document_id is None:
            raise NotFound("This report has no document: it was imported.")
        document, path = self._documents.open(report.document_id, actor)
        if document.content_type != _PDF:
            raise NotFound("The document of this report is no PDF, and has no pages.")
        return document.sha256, path


class _Cache:
    """The images that were asked for last, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._items: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, int, int]) -> bytes | None:
        """Return an image, which is the latest then."""
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
            return found

    def put(self, key: tuple[str, int, int], image: bytes) -> None:
        """Add an image, and drop the oldest where they are too many."""
        with self._lock:
            self._bytes += len(image) - len(self._items.pop(key, b""))
            self._items[key] = image
            while self._bytes > self._most and len(self._items) > 1:
                _, dropped = self._items.popitem(last=False)
                self._bytes -= len(dropped)
