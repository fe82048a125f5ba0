"""Limits for one document: time, memory, pages and unpacked size."""

from __future__ import annotations

from dataclasses import dataclass

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits within which a document is read, as plain numbers to pass to a child process.

    Attributes
    ----------
    file_bytes : int
        Size of the file itself.
    unpacked_bytes : int
        What the parts of a DOCX may unpack to in all.
    pages : int
        Pages of a PDF.
    ocr_pages : int
        Pages without text that are read by OCR; it takes seconds a page.
    characters : int
        Length of the text that comes out.
    seconds : float
        Processor time of the process that parses; OCR has its own clock.
    ocr_seconds : float
        Time one page may take in OCR.
    ocr_total_seconds : float
        Time all pages of a document may take in OCR; those that are left are named in a warning.
    memory_bytes : int
        Address space the process may add for one document.
    """

    file_bytes: int = 200 * _MB
    unpacked_bytes: int = 200 * _MB
    pages: int = 5_000
    ocr_pages: int = 200
    characters: int = 50_000_000
    seconds: float = 60.0
    ocr_seconds: float = 60.0
    ocr_total_seconds: float = 600.0
    memory_bytes: int = 512 * _MB

    @property
    def stall_seconds(self) -> float:
        """Seconds within which a document has to show progress, with allowance for a busy machine."""
        return 2 * max(self.seconds, self.ocr_seconds)
