"""Users: logging in, adding, changing; Jupyter's identities as users."""

from __future__ import annotations

import getpass
import re
import secrets
from dataclasses import replace
from typing import Final

from tram_ext.domain.errors import Conflict, Forbidden, Invalid, NotAuthenticated
from tram_ext.domain.users import Role, User, composed_name
from tram_ext.services.access.passwords import Passwords
from tram_ext.services.files import private_files
from tram_ext.services.settings import Settings
from tram_ext.store.database import Store, UnitOfWork

FIRST_ADMIN: Final = "admin"
_NAME: Final = re.compile(r"[^\x00-\x20\x7f/\\][^\x00-\x1f\x7f/\\]{0,148}")


class Users:
    """Who works here.

    Managing users is what the command line does, and whoever may run it owns the files anyway: these calls ask for no
    permission by themselves.
    """

    def __init__(self, store: Store, settings: Settings, passwords: Passwords) -> None:
        self._store = store
        self._settings = settings
        self._passwords = passwords

    def log_in(self, name: str, password: str) -> User:
        """Return the user behind a name and password; takes as long for an unknown name.

        Raises
        ------
        NotAuthenticated
            Wrong name or password, or an inactive user.
        """
        with self._store.read() as work:
            user = work.users.find(name)
            stored = work.users.password_hash(user.id) if user else None
        right = self._passwords.check(stored, password)
        if user is None or stored is None or not right or not user.active:
            raise NotAuthenticated("No active account found with the given credentials")
        if self._passwords.is_outdated(stored, password):
            fresh = self._passwords.hash(password)
            with self._store.write() as work:
                work.users.rehash(user.id, stored, fresh)
        return user

    def list(self) -> list[User]:
        """Return all users."""
        with self._store.read() as work:
            return work.users.list()

    def named(self, name: str) -> User:
        """Return a user by name.

        Raises
        ------
        NotFound
            Nobody has this name.
        """
        with self._store.read() as work:
            return work.users.named(name)

    def add(self, name: str, role: Role, password: str) -> User:
        """Add a user.

        Raises
        ------
        Conflict
            The name is taken.
        Invalid
            The name or the password will not do.
        """
        name = composed_name(name)
        _check_name(name)
        hashed = self._passwords.hash(password)
        with self._store.write() as work:
            user = work.users.add(name, role, hashed)
            self._log(work, "add user", user, None, {"role": role.value})
        return user

    def set_password(self, name: str, password: str) -> None:
        """Give a user a new password; tokens issued before end.

        Raises
        ------
        NotFound
            Nobody has this name.
        Invalid
            The password will not do.
        """
        hashed = self._passwords.hash(password)
        with self._store.write() as work:
            user = work.users.named(name)
            work.users.change(user.id, password_hash=hashed)
            self._log(work, "change password", user, None, None)
        if user.name == FIRST_ADMIN:
            self._settings.initial_password_file.unlink(missing_ok=True)

    def change_own_password(self, actor: User, current: str, new: str) -> None:
        """Give oneself a new password; tokens issued before end.

        Parameters
        ----------
        current : str
            The password of today; passed over for whoever has none yet, such as a user of Jupyter.

        Raises
        ------
        Forbidden
            The password of today is another.
        Invalid
            The new one will not do.
        """
        with self._store.read() as work:
            stored = work.users.password_hash(actor.id)
        if stored is not None and not self._passwords.check(stored, current):
            raise Forbidden("The current password is not right.")
        try:
            self.set_password(actor.name, new)
        except Invalid as error:
            raise Invalid.of({"new": error.fields["password"]}) from error

    def set_role(self, name: str, role: Role) -> None:
        """Give a user another role; tokens issued before end.

        Raises
        ------
        NotFound
            Nobody has this name.
        Conflict
            Nobody would be admin any more.
        """
        with self._store.write() as work:
            user = work.users.named(name)
            if role is not Role.ADMIN:
                _keep_an_admin(work, user)
            work.users.change(user.id, role=role.value)
            self._log(work, "change role", user, {"role": user.role.value}, {"role": role.value})

    def disable(self, name: str) -> None:
        """Keep a user from working here; tokens issued before end.

        Raises
        ------
        NotFound
            Nobody has this name.
        Conflict
            Nobody would be admin any more.
        """
        with self._store.write() as work:
            user = work.users.named(name)
            _keep_an_admin(work, user)
            work.users.change(user.id, active=False)
            self._log(work, "disable user", user, {"active": user.active}, {"active": False})

    def enable(self, name: str) -> None:
        """Let a disabled user work here again.

        Raises
        ------
        NotFound
            Nobody has this name.
        """
        with self._store.write() as work:
            user = work.users.named(name)
            work.users.change(user.id, active=True)
            self._log(work, "enable user", user, {"active": user.active}, {"active": True})

    def of_jupyter(self, identity: str | None) -> User:
        """Return the user of a Jupyter identity, made on first use.

        Parameters
        ----------
        identity : str or None
            A name that stays the same from one day to the next (JupyterHub's); None: the operating-system account.

        Raises
        ------
        NotAuthenticated
            The user was disabled.
        """
        name = identity or operating_system_account()
        with self._store.read() as work:
            user = work.users.find(name)
        if user is None:
            with self._store.write() as work:
                user = work.users.find(name) or work.users.add(name, self._settings.jupyter_role, None)
        if not user.active:
            raise NotAuthenticated("User is inactive", code="user_inactive")
        return user

    def at_the_command_line(self) -> User:
        """Return whoever runs a command, as admin: the files are theirs to begin with."""
        name = operating_system_account()
        with self._store.read() as work:
            user = work.users.find(name)
        if user is None:
            with self._store.write() as work:
                user = work.users.find(name) or work.users.add(name, self._settings.jupyter_role, None)
        return replace(user, role=Role.ADMIN, active=True)

    def make_first_admin(self) -> bool:
        """Make ``admin`` where nobody can log in yet, with its password in a private file; say whether it was made."""
        with self._store.read() as work:
            if self._somebody_can_log_in(work):
                return False
        password = secrets.token_urlsafe(18)
        hashed = self._passwords.hash(password)
        with self._store.write() as work:
            if self._somebody_can_log_in(work):
                return False
            private_files.write(self._settings.initial_password_file, f"{password}\n".encode())
            user = work.users.find(FIRST_ADMIN)
            if user is None:
                work.users.add(FIRST_ADMIN, Role.ADMIN, hashed)
            else:
                # Jupyter's user of this name was here before; whoever reads the file is to be admin all the same.
                work.users.change(user.id, password_hash=hashed, role=Role.ADMIN.value)
        return True

    def _somebody_can_log_in(self, work: UnitOfWork) -> bool:
        return any(work.users.password_hash(user.id) for user in work.users.list())

    def _log(self, work: UnitOfWork, action: str, user: User, before: object, after: object) -> None:
        work.log.append(
            None,
            action,
            report_id=None,
            target=("user", user.id),
            batch=secrets.token_hex(16),
            before=before,
            after=after,
        )


def operating_system_account() -> str:
    """Return the name of the account this process runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run under a number without a name
        return "jupyter"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid.field("username", "A user name has 1 to 149 characters, without control characters or slashes.")


def _keep_an_admin(work: UnitOfWork, user: User) -> None:
    if user.role is Role.ADMIN and user.active and work.users.active_admins() == 1:
        raise Conflict(f"{user.name!r} is the only admin left. Make somebody else admin first.")
