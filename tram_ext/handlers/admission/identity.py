"""Identity provider and authorizer for TRAM's tokens, and user names of Jupyter's providers."""

from __future__ import annotations

import os
from typing import Any, Final

from jupyter_server.auth import Authorizer, IdentityProvider
from jupyter_server.auth import User as JupyterUser
from jupyter_server.auth.identity import LegacyIdentityProvider

_JUPYTERS_OWN: Final = "jupyter_server."


class TokenIdentity(IdentityProvider):
    """Identity provider of a request that bears one of TRAM's tokens: its user is `token_user` of the handler.

    Such a request is not shown to the server's own identity provider, which does not know TRAM's tokens: JupyterHub's
    would send them to the hub. It counts as authenticated by a token: no cookie is set, and XSRF does not apply.
    """

    def get_user(self, handler: Any) -> JupyterUser:
        """Return the user whose token it is."""
        return JupyterUser(username=handler.token_user.name)

    def is_token_authenticated(self, handler: Any) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Return True."""
        return True


class RoleAuthorizer(Authorizer):
    """Authorizer of a request that bears one of TRAM's tokens: the services decide by its user's role."""

    def is_authorized(self, handler: Any, user: JupyterUser, action: str, resource: str) -> bool:  # noqa: ARG002 - Jupyter's signature
        """Return True."""
        return True


def has_lasting_names(provider: IdentityProvider) -> bool:
    """Whether user names of a provider are persistent: Jupyter generates one for each browser."""
    # Identity by a login handler is how things were before Jupyter Server 2; JupyterHub's older servers still have it.
    source = provider.login_handler_class if isinstance(provider, LegacyIdentityProvider) else type(provider)
    return not source.__module__.startswith(_JUPYTERS_OWN)


def lasting_name(provider: IdentityProvider, user: JupyterUser) -> str | None:
    """Return the persistent name of a user; None if there is none."""
    return str(user.username) if has_lasting_names(provider) else None


def owner(provider: IdentityProvider) -> str | None:
    """Return the name of whoever started the server, None for the operating-system account."""
    return os.environ.get("JUPYTERHUB_USER") if has_lasting_names(provider) else None


def stranger_of_the_hub(handler: Any) -> str | None:
    """Return the name of a JupyterHub user who was denied access; None if nobody was identified."""
    # JupyterHub keeps on the handler whom it found, whether or not they have access to this server.
    found = getattr(handler, "_cached_hub_user", None)
    return str(found.get("name")) if isinstance(found, dict) else None
