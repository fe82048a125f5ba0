"""The base class of all handlers: authentication, error responses, and work in threads."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from jupyter_server.auth import Authorizer, IdentityProvider
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado.web import HTTPError

from tram_ext.api import headers, requests
from tram_ext.api.errors import reply_to
from tram_ext.configuration.reading import CODE
from tram_ext.domain.errors import (
    Forbidden,
    Invalid,
    NotAuthenticated,
    TramError,
    Unavailable,
)
from tram_ext.domain.users import User
from tram_ext.handlers.admission import addresses, identity
from tram_ext.handlers.bodies import read_body
from tram_ext.handlers.host import WorkbenchHost

if TYPE_CHECKING:
    from tram_ext.services.container import Services

T = TypeVar("T")

NO_CREDENTIALS: Final = "Authentication credentials were not provided."
_BY_TOKEN: Final = identity.TokenIdentity()
_BY_ROLE: Final = identity.RoleAuthorizer()
_VERBS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class TramHandler(ExtensionHandlerMixin, APIHandler):
    """Authenticates by TRAM's tokens or by Jupyter, and responds to all errors in one format.

    A verb is decorated with ``@reads`` or ``@writes``, and makes one call as ``self.actor``.
    """

    public: ClassVar[bool] = False
    _client_gone = False
    _asks_who = False
    _xsrf_failure: HTTPError | None = None
    token_user: User | None = None
    actor: User
    services: Services

    def __init_subclass__(cls) -> None:
        """Support HEAD wherever GET is supported (RFC 9110), under the same decorators; tornado omits the body."""
        super().__init_subclass__()
        if "get" in vars(cls):
            setattr(cls, "head", vars(cls)["get"])  # noqa: B010 - a method of the class, which mypy lets nobody assign

    def initialize(self, name: str, host: WorkbenchHost) -> None:
        """Store the arguments of the route."""
        super().initialize(name)
        self.host = host

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Authenticate the request before its verb is run."""
        if self.request.method == "OPTIONS":
            await super().prepare()  # what a browser asks before it may show its token, and no more than a route says
            return
        self.check_host()  # Jupyter would ask, too, but only after the store is open
        self.services = await self.host.services()
        token = self._bearer()
        if token is not None and not self.public:
            self.token_user = await self._user_of_token(token)
        self._asks_who = True
        await super().prepare()
        if self.public:
            return
        if self.current_user is None:
            raise self._nobody()
        self.actor = self.token_user or await self._jupyter_user()

    @property
    def identity_provider(self) -> IdentityProvider:
        """The identity provider: TRAM's for requests with its token, else the server's."""
        return super().identity_provider if self.token_user is None else _BY_TOKEN

    @property
    def authorizer(self) -> Authorizer:
        """The authorizer: TRAM's for requests with its token, which leaves it to the role, else the server's."""
        return super().authorizer if self.token_user is None else _BY_ROLE

    def client_gone(self) -> bool:
        """Whether the client has disconnected, so that nobody waits for a result."""
        return self._client_gone

    def on_connection_close(self) -> None:
        """Record that the client has disconnected."""
        self._client_gone = True
        super().on_connection_close()

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """Call a blocking function in a thread."""
        return await self.host.run("work", function, *args)

    def body(self, kind: type[requests.Body]) -> requests.Body:
        """Parse the body as a `kind`."""
        return requests.parse(kind, read_body(self.request))

    def reply(self, body: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Respond with JSON."""
        self.set_status(status)
        self.finish(json.dumps(body))

    def page_headers(self, total: int, limit: int | None, offset: int) -> None:
        """Set ``X-Total-Count`` and ``Link`` if the list is a page."""
        if limit is not None:
            self.set_header("X-Total-Count", str(total))
            links = [("first", 0), ("prev", max(0, min(offset, total) - limit)), ("next", offset + limit)]
            wanted = {"first": True, "prev": offset > 0, "next": offset + limit < total}
            self.set_header(
                "Link",
                ", ".join(f'<{self._page_url(limit, start)}>; rel="{rel}"' for rel, start in links if wanted[rel]),
            )

    def argument(self, name: str) -> str:
        """Return a query parameter; an empty text if it is absent."""
        return str(self.get_query_argument(name, ""))

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Decode a part of the path or of the query; invalid UTF-8 in a path is replaced, so that nothing is found.

        Raises
        ------
        Invalid
            A part of the query is not UTF-8.
        """
        if name is None:
            return value.decode(errors="replace")
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            raise Invalid.field(name, "This is not UTF-8.") from error

    def update_api_activity(self) -> None:
        """Record activity; errors in the query are reported by the verb, not here."""
        with contextlib.suppress(Invalid):
            super().update_api_activity()

    def check_host(self) -> bool:
        """Accept requests to the server's own host names only.

        Raises
        ------
        Forbidden
            The request calls it by another.
        """
        if not super().check_host():
            raise Forbidden(addresses.unknown_name(self.request.host))
        return True

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """Accept requests of the server's own origin only.

        Raises
        ------
        Forbidden
            A page of another origin asks.
        """
        if not super().check_origin(origin_to_satisfy_tornado):
            raise Forbidden(addresses.foreign_origin(self.request.headers["Origin"], self.request.host))
        return True

    def check_xsrf_cookie(self) -> None:
        """Check the XSRF cookie of requests that authenticate by cookie; without any credentials fail with 401."""
        if self.public or self.token_user is not None:
            return
        if not self._asks_who:
            return  # tornado asks before anybody is known; Jupyter asks again after, and JupyterHub on the way
        if hasattr(self, "_jupyter_current_user") and self.current_user is None:
            raise self._nobody()
        try:
            super().check_xsrf_cookie()
        except HTTPError as error:
            self._xsrf_failure = error  # JupyterHub goes on as if there were no cookie
            raise

    def get_login_url(self) -> str:
        """Fail instead of redirecting: a client of an API cannot fill in a login page."""
        raise self._nobody()

    @allow_unauthenticated
    def options(self, *args: str, **kwargs: str) -> None:
        """Respond with the allowed verbs, and with CORS headers as Jupyter is configured."""
        super().options(*args, **kwargs)
        self.set_header("Allow", self._allowed())
        if "Access-Control-Allow-Headers" not in self.settings.get("headers", {}):  # else the administrator's word
            allowed = [self._headers["Access-Control-Allow-Headers"], *headers.MAY_BE_SENT]
            self.set_header("Access-Control-Allow-Headers", ", ".join(allowed))

    def set_cors_headers(self) -> None:
        """Expose all response headers to the origins that Jupyter allows."""
        if self.allow_origin or self.allow_origin_pat or hasattr(self, "_jupyter_current_user"):
            super().set_cors_headers()  # which asks who is there, unless a setting answers
        if "Access-Control-Allow-Origin" in self._headers and "Access-Control-Expose-Headers" not in self._headers:
            self.set_header("Access-Control-Expose-Headers", ", ".join(headers.MAY_BE_READ))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Respond to any error in one format, with CORS headers, since tornado has cleared all headers."""
        self.set_cors_headers()
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, TramError):
            reply = reply_to(error)
            for name, value in reply.headers.items():
                self.set_header(name, value)
            self.reply(reply.body, reply.status)
            return
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", self._allowed())
            detail = f'Method "{self.request.method}" not allowed.'
        elif status_code == HTTPStatus.FORBIDDEN:
            detail = self._why_forbidden(error)
        elif status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            detail = "An unexpected error; the server's log has it."
        else:
            detail = (isinstance(error, HTTPError) and error.log_message) or responses.get(status_code, "Error")
        self.reply({"detail": detail}, HTTPStatus(status_code))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Keep domain errors out of the log: they are the caller's, and may quote the caller's text."""
        if isinstance(value, Unavailable) and value.code != CODE:  # what is misconfigured was logged at the start
            self.log.error("TRAM: %s", value.message)  # the administrator's, and ours, to repair
        elif not isinstance(value, TramError):
            super().log_exception(typ, value, tb)

    def compute_etag(self) -> None:
        """Compute no ETag: those of items are their versions."""

    def _bearer(self) -> str | None:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    async def _user_of_token(self, token: str) -> User | None:
        """Return the user of a TRAM token; None if the token is not TRAM's."""
        jupyter = super().identity_provider
        server_token = getattr(jupyter, "token", "") or ""
        if server_token and secrets.compare_digest(token.encode(), server_token.encode()):
            return None
        if self.host.kernels.fits(token):
            return await self.call(self.services.users.of_jupyter, identity.owner(jupyter))
        if token.count(".") != 2:  # noqa: PLR2004 - no JWT; it may be a token of Jupyter's own, such as JupyterHub's
            return None
        return await self.call(self.services.tokens.user_of, token)

    async def _jupyter_user(self) -> User:
        provider = self.identity_provider
        if not provider.auth_enabled and not _is_loopback(self.serverapp.ip):
            raise Forbidden(
                "Jupyter's authentication is switched off and the server listens beyond this machine: "
                "TRAM answers only to its own tokens here."
            )
        return await self.call(self.services.users.of_jupyter, identity.lasting_name(provider, self.current_user))

    def _nobody(self) -> TramError | HTTPError:
        """Return the error for a request that could not be authenticated."""
        if self._xsrf_failure is not None:
            return self._xsrf_failure
        stranger = identity.stranger_of_the_hub(self)
        if stranger is not None:
            return Forbidden(
                f"JupyterHub does not let {stranger!r} use this server. Its owner or an administrator may share it."
            )
        if self._bearer() is None:
            return NotAuthenticated(NO_CREDENTIALS)
        return NotAuthenticated(
            "Given token not valid for any token type",
            code="token_not_valid",
            messages=[{"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired"}],
        )

    def _why_forbidden(self, error: BaseException | None) -> str:
        said = error.log_message if isinstance(error, HTTPError) else None
        if said and "xsrf" in said.lower():
            return f"CSRF Failed: {said}"
        return "You do not have permission to perform this action."

    def _allowed(self) -> str:
        from tornado.web import RequestHandler

        verbs = [v for v in _VERBS if getattr(type(self), v.lower()) is not getattr(RequestHandler, v.lower())]
        return ", ".join([*verbs, "OPTIONS"])

    def _page_url(self, limit: int, offset: int) -> str:
        from urllib.parse import urlencode

        # Bytes, as they came: what a client sends need not be UTF-8. Tornado reads the names as Latin-1.
        query = {name.encode("latin-1"): values[-1] for name, values in self.request.query_arguments.items()}
        query |= {b"limit": b"%d" % limit, b"offset": b"%d" % offset}
        return f"{self.request.protocol}://{self.request.host}{self.request.path}?{urlencode(query)}"


def _is_loopback(address: str) -> bool:
    import ipaddress

    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
