"""``user``: users and their roles."""

from __future__ import annotations

import sys

import click

from tram_ext.cli import output
from tram_ext.cli.options import Options, Workbench, common
from tram_ext.cli.shapes import user_json
from tram_ext.domain.errors import Conflict, NotFound
from tram_ext.domain.users import Role, User

_ROLES = click.Choice([role.value for role in Role])
_from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("user")
def user_group() -> None:
    """Add users and change them: password, role, whether they may log in."""


@user_group.command("add")
@click.argument("name")
@click.option("--role", type=_ROLES, default=Role.ANALYST.value, show_default=True, help="What the user may do.")
@_from_stdin
@common
def add_command(options: Options, name: str, role: str, password_stdin: bool) -> None:
    """Add the user NAME."""
    with options.workbench() as workbench:
        _require_free(workbench, name)
        user = workbench.services.users.add(name, Role(role), _password(password_stdin))
    _tell(options, user, f"Added {role} {name!r}.")


@user_group.command("passwd")
@click.argument("name")
@_from_stdin
@common
def passwd_command(options: Options, name: str, password_stdin: bool) -> None:
    """Give the user NAME a new password; tokens issued before end."""
    with options.workbench() as workbench:
        workbench.services.users.named(name)  # before anybody types a password
        workbench.services.users.set_password(name, _password(password_stdin))
        user = workbench.services.users.named(name)
    _tell(options, user, f"{name!r} has a new password; tokens issued before are void.")


@user_group.command("list")
@common
def list_command(options: Options) -> None:
    """List all users."""
    with options.reading() as workbench:
        users = workbench.services.users.list()
    if options.json:
        output.write_json([user_json(user) for user in users])
        return
    output.table(
        ["Name", "Role", "Active", "Since"],
        [(u.name, u.role.value, "yes" if u.active else "no", f"{u.created_on:%Y-%m-%d}") for u in users],
    )


@user_group.command("disable")
@click.argument("name")
@common
def disable_command(options: Options, name: str) -> None:
    """Keep the user NAME out; tokens issued before end."""
    with options.workbench() as workbench:
        workbench.services.users.disable(name)
        user = workbench.services.users.named(name)
    _tell(options, user, f"{name!r} is disabled; tokens issued before are void.")


@user_group.command("enable")
@click.argument("name")
@common
def enable_command(options: Options, name: str) -> None:
    """Let the disabled user NAME in again."""
    with options.workbench() as workbench:
        workbench.services.users.enable(name)
        user = workbench.services.users.named(name)
    _tell(options, user, f"{name!r} may log in again.")


@user_group.command("role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@common
def role_command(options: Options, name: str, role: str) -> None:
    """Give the user NAME another ROLE; tokens issued before end."""
    with options.workbench() as workbench:
        workbench.services.users.set_role(name, Role(role))
        user = workbench.services.users.named(name)
    _tell(options, user, f"{name!r} is {role} now; tokens issued before are void.")


def _require_free(workbench: Workbench, name: str) -> None:
    """Raise an error for a name that is taken, before anybody types a password."""
    try:
        workbench.services.users.named(name)
    except NotFound:
        return
    raise Conflict(f"There is a user {name!r} already. 'jupyter tram user passwd' sets a new password.")


def _tell(options: Options, user: User, message: str) -> None:
    if options.json:
        output.write_json(user_json(user))
    else:
        output.line(message)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="Again", err=True)
    except click.Abort as abort:
        if isinstance(abort.__context__, EOFError):  # and not Ctrl+C
            raise click.UsageError("Nobody is there to type the password. Add --password-stdin.") from abort
        raise
    return password
