"""Plain states: the fields of a dataclass in order as JSON-compatible values, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

T = TypeVar("T")


class PlainFields(Generic[T]):
    """The fields of a dataclass whose values are plain, or enumerations of plain values.

    Parameters
    ----------
    kind : type
        The dataclass.

    Attributes
    ----------
    names : tuple of str
        Its fields, in order.
    """

    def __init__(self, kind: type[T]) -> None:
        hints, dataclass = get_type_hints(kind), cast("Any", kind)
        self.names = tuple(item.name for item in fields(dataclass))
        self._enums = tuple(
            (place, {None: None, **{member.value: member for member in found}})
            for place, name in enumerate(self.names)
            if (found := _enumeration(hints[name])) is not None
        )

    def state(self, value: T) -> dict[str, Any]:
        """Return the fields of `value`, or of one of a subclass, by name, JSON-compatible."""
        found = {name: getattr(value, name) for name in self.names}
        for place, _ in self._enums:
            name = self.names[place]
            found[name] = None if found[name] is None else found[name].value
        return found

    def arguments(self, plain: Iterable[Any]) -> list[Any]:
        """Return the constructor's arguments for plain values in the order of the fields."""
        found = list(plain)
        for place, members in self._enums:
            found[place] = members[found[place]]
        return found


def _enumeration(hint: Any) -> type[Enum] | None:
    choices = [choice for choice in (hint, *get_args(hint)) if isinstance(choice, type) and issubclass(choice, Enum)]
    return choices[0] if choices else None
