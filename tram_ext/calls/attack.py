"""Use cases of ATT&CK: its objects as TRAM knows them, and techniques to look up."""

from __future__ import annotations

from tram_ext.api.attack_responses import technique_body
from tram_ext.api.responses import attack_object_body
from tram_ext.api.review_requests import AttackPatch, AttackRequest
from tram_ext.calls.call import Call, Result, listed
from tram_ext.domain.attack import AttackObject


def attack_objects(call: Call[None]) -> Result:
    """List techniques by id."""
    return listed(call, call.services.attack.techniques, attack_object_body)


def attack_object(call: Call[None]) -> Result:
    """Show a technique."""
    return _shown(call.services.attack.get(call.item))


def add_attack_object(call: Call[AttackRequest]) -> Result:
    """Add a technique."""
    return _shown(call.services.attack_objects.add(call.body.attack_id, call.body.name, call.actor))


def change_attack_object(call: Call[AttackRequest] | Call[AttackPatch]) -> Result:
    """Change what the body names."""
    values = call.body.model_dump(exclude_unset=True)
    return _shown(call.services.attack_objects.change(call.item, call.actor, expected=call.expected, **values))


replace_attack_object = change_attack_object


def delete_attack_object(call: Call[None]) -> Result:
    """Delete a technique that no mapping uses."""
    call.services.attack_objects.delete(call.item, call.actor, expected=call.expected)
    return Result()


def techniques(call: Call[None]) -> Result:
    """List the techniques that match the query, the best first."""
    found = call.services.attack.search(call.argument("query"), everything=call.flag("all"))
    return Result([technique_body(item) for item in found])


def technique(call: Call[None]) -> Result:
    """Show a technique, or another object of ATT&CK."""
    return Result(technique_body(call.services.attack.find(call.name)))


def tactics(call: Call[None]) -> Result:
    """List tactics in the order of the matrix."""
    return Result([technique_body(item) for item in call.services.attack.tactics()])


def _shown(item: AttackObject) -> Result:
    return Result(attack_object_body(item), item.version)
