from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, call
from tram_ext.services.container import Services
from tram_ext.services.settings import Settings

PASSWORD = "correct horse battery"


def can_log_in(folder: Path, name: str, password: str) -> bool:
    from tram_ext.domain.errors import NotAuthenticated

    services = Services(Settings(data_dir=folder, db_url=""))
    try:
        services.users.log_in(name, password)
    except NotAuthenticated:
        return False
    finally:
        services.close()
    return True


def roles(run: Run) -> dict[str, tuple[str, bool]]:
    return {user["name"]: (user["role"], user["active"]) for user in run("user", "list", "--format", "json").json}


def test_adds_a_user_who_can_log_in(run: Run, folder: Path) -> None:
    answer = run("user", "add", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert answer.code == 0, answer.err
    assert PASSWORD not in answer.out + answer.err
    assert roles(run)["ada"] == ("analyst", True)
    assert can_log_in(folder, "ada", PASSWORD)
    assert "ada" in run("user", "list").out


def test_nobody_there_to_be_asked_is_a_mistake_of_use(run: Run) -> None:
    answer = run("user", "add", "bob")
    assert answer.code == 2
    assert "Add --password-stdin" in answer.err


def test_asks_twice_and_shows_nothing(run: Run, folder: Path) -> None:
    answer = run("user", "add", "bob", "--role", "viewer", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert answer.code == 0, answer.err
    assert answer.out == "Added viewer 'bob'.\n"
    assert can_log_in(folder, "bob", PASSWORD)


def test_two_different_passwords_are_asked_for_again(run: Run, folder: Path) -> None:
    answer = run("user", "add", "eve", stdin=f"{PASSWORD}\nanother\n{PASSWORD}!\n{PASSWORD}!\n")
    assert answer.code == 0, answer.err
    assert can_log_in(folder, "eve", f"{PASSWORD}!")


def test_a_short_password_and_a_taken_name_are_refused(run: Run) -> None:
    short = run("user", "add", "cy", "--password-stdin", stdin="short\n")
    assert (short.code, "at least 8 characters" in short.err) == (1, True)
    assert run("user", "add", "cy", "--password-stdin", stdin=PASSWORD).code == 0
    taken = run("user", "add", "cy", "--password-stdin", stdin=PASSWORD)
    assert (taken.code, "There is a user 'cy' already" in taken.err) == (1, True)


def test_a_name_cannot_hold_control_characters(run: Run) -> None:
    answer = run("user", "add", "a\x1b[31mb", "--password-stdin", stdin=PASSWORD)
    assert answer.code == 1
    assert "\x1b" not in answer.err


def test_changes_password_role_and_access(run: Run, folder: Path) -> None:
    run("user", "add", "dee", "--password-stdin", stdin=PASSWORD)
    assert run("user", "passwd", "dee", "--password-stdin", stdin=f"{PASSWORD} 2\n").code == 0
    assert can_log_in(folder, "dee", f"{PASSWORD} 2")
    assert not can_log_in(folder, "dee", PASSWORD)
    assert run("user", "role", "dee", "viewer", "--format", "json").json["role"] == "viewer"
    assert run("user", "disable", "dee").code == 0
    assert roles(run)["dee"] == ("viewer", False)
    assert not can_log_in(folder, "dee", f"{PASSWORD} 2")
    assert run("user", "enable", "dee").code == 0
    assert can_log_in(folder, "dee", f"{PASSWORD} 2")


def test_nobody_is_said(run: Run) -> None:
    for arguments in (["passwd", "nobody", "--password-stdin"], ["disable", "nobody"], ["role", "nobody", "admin"]):
        answer = run("user", *arguments, stdin=PASSWORD)
        assert answer.code == 1
        assert "There is no user 'nobody'. 'jupyter tram user list' shows who there is." in answer.err


def test_an_unknown_role_is_a_mistake_of_use(run: Run) -> None:
    answer = run("user", "role", "dee", "king")
    assert answer.code == 2
    assert "'viewer', 'analyst', 'admin'" in answer.err


def test_the_last_admin_stays(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    (user,) = call(folder, "user", "list", "--format", "json").json
    answer = call(folder, "user", "disable", user["name"])
    assert answer.code == 1
    assert "the only admin left" in answer.err


def test_a_name_is_one_user_however_it_is_typed(run: Run, folder: Path) -> None:
    composed, decomposed = "Andr\u00e9", "Andre\u0301"
    assert run("user", "add", decomposed, "--password-stdin", stdin=PASSWORD).code == 0
    assert roles(run)[composed] == ("analyst", True)
    assert can_log_in(folder, composed, PASSWORD)
    assert can_log_in(folder, decomposed, PASSWORD)
    taken = run("user", "add", composed, "--password-stdin", stdin=PASSWORD)
    assert (taken.code, "There is a user" in taken.err) == (1, True)
    for command in (("role", decomposed, "viewer"), ("disable", decomposed), ("enable", composed)):
        assert run("user", *command).code == 0, command
    assert run("user", "passwd", decomposed, "--password-stdin", stdin=PASSWORD).code == 0
    assert roles(run)[composed] == ("viewer", True)
