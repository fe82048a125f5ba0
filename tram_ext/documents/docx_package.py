"""The ZIP package of a Word document: checked before it is unpacked, and unpacked within limits."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from tram_ext.documents.limits import Limits
from tram_ext.domain.errors import Invalid, TooLarge

_ENTRIES = 5_000
_PART_SHARE = 0.32  # of the limit for all parts, that a single XML part may unpack to: its tree takes ten times that
_DAMAGED = "The DOCX is damaged and cannot be read. Open it in a word processor, save it again, and upload that."
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


class Package:
    """The parts of a Word document.

    Parameters
    ----------
    data : bytes
        The file.
    limits : Limits
        How far it may unpack.

    Raises
    ------
    Invalid
        The file is damaged or has a password.
    TooLarge
        It would unpack to more than the limit, whatever its directory says.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limit = limits.unpacked_bytes
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Invalid(_DAMAGED) from error
        entries = self._zip.infolist()
        if len(entries) > _ENTRIES:
            raise TooLarge(f"The DOCX has {len(entries):,} parts; the limit is {_ENTRIES:,}.")
        if sum(entry.file_size for entry in entries) > self._limit:
            raise self._bomb()

    def part(self, name: str) -> Any:
        """Return the root element of a part, or None where there is no such part.

        Raises
        ------
        Invalid
            The part is no XML, or declares entities.
        TooLarge
            It unpacks to more than a single part may.
        """
        from lxml import etree

        content = self._read(name)
        if content is None:
            return None
        # In UTF-16 the declaration would hide from the search; Word writes UTF-8 alone.
        start = content[:4096].replace(b"\0", b"")
        if any(sign in start or sign in content for sign in _DECLARATIONS):
            raise Invalid("The DOCX declares XML entities, which no word processor does. It is refused for safety.")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            if error.code in {etree.ErrorTypes.ERR_NO_MEMORY, etree.ErrorTypes.ERR_RESOURCE_LIMIT}:
                raise TooLarge("The DOCX is too large or nests too deeply to be read within the limits.") from error
            raise Invalid(_DAMAGED) from error

    def _read(self, name: str) -> bytes | None:
        """Unpack a part up to the limit: the sizes in the directory may be false."""
        bound = int(self._limit * _PART_SHARE)
        try:
            with self._zip.open(name) as part:
                content = part.read(bound + 1)
        except KeyError:
            return None
        except RuntimeError as error:  # what zipfile raises for a password
            raise Invalid("The DOCX has a password. Remove it and upload the document again.") from error
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            raise Invalid(_DAMAGED) from error
        except Exception as error:  # the decompressors' own errors have no base class but this
            if type(error).__module__ in {"zlib", "lzma", "_lzma"}:  # a broken stream
                raise Invalid(_DAMAGED) from error
            raise
        if len(content) > bound:
            raise self._bomb()
        return content

    def _bomb(self) -> TooLarge:
        megabytes = self._limit // (1024 * 1024)
        return TooLarge(f"The DOCX unpacks to more than the limit of {megabytes:,} MB: it may be a decompression bomb.")
