"""Pages that are images: rendered by pdfium, read by the system's Tesseract."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Any

from tram_ext.documents import plain
from tram_ext.documents.encoding import clean

HOW_TO_INSTALL = "Install Tesseract (Debian: apt-get install tesseract-ocr; macOS: brew install tesseract) to read it."
_DOTS_PER_INCH = 200  # 300 reads no better, and costs twice as much
_LARGEST_SIDE = 6_000  # pixels; a poster is rendered coarser
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[a-z])")


def available() -> bool:
    """Return whether the ``tesseract`` command is installed."""
    return shutil.which("tesseract") is not None


def read_page(page: Any, seconds: float) -> list[str] | None:
    """Read one page.

    Parameters
    ----------
    page : pypdfium2.PdfPage
        The page.
    seconds : float
        Time it may take.

    Returns
    -------
    list of str or None
        Its paragraphs, or None where Tesseract failed.
    """
    command = shutil.which("tesseract")
    if command is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the image goes in by standard input
            [command, "stdin", "stdout", "--dpi", str(_DOTS_PER_INCH)],
            input=_image(page),
            capture_output=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # two threads cost up to twenty times as much
        )
    except (subprocess.SubprocessError, OSError):
        return None
    text = _BROKEN_WORD.sub("", clean(done.stdout.decode("utf-8", errors="replace")).replace("\f", "\n"))
    return [" ".join(text[part.start : part.end].split()) for part in plain.passages(text)]


def _image(page: Any) -> bytes:
    """Render a page in gray, as a PGM file: its header is a line, so no image library is needed."""
    scale = min(_DOTS_PER_INCH / 72, _LARGEST_SIDE / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        pixels = bytes(bitmap.buffer)
    finally:
        bitmap.close()
    rows = b"".join(pixels[row * stride : row * stride + width] for row in range(height))
    return b"P5\n%d %d\n255\n" % (width, height) + rows
