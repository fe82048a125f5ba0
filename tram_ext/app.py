"""The Jupyter Server extension: configuration, wiring, start and stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp

from tram_ext._version import __version__
from tram_ext.configuration import server
from tram_ext.configuration.options import SECTION, WorkbenchConfiguration
from tram_ext.configuration.reading import Configuration
from tram_ext.domain.errors import TramError
from tram_ext.handlers.admission.connections import Arrivals, TramConnectionLimits, UploadPlaces
from tram_ext.handlers.events import job_events, review_events
from tram_ext.handlers.host import WorkbenchHost
from tram_ext.handlers.routes import explain_wrong_bases, routes
from tram_ext.handlers.stopping import stop_in_order
from tram_ext.services.documents.waiting import jobs_wait
from tram_ext.services.settings import Settings

if TYPE_CHECKING:
    from tram_ext.services.container import Services


class TramExtension(WorkbenchConfiguration, ExtensionApp):
    """The server extension that serves TRAM's HTTP API."""

    name = "tram_ext"
    description = "Map cyber threat reports to MITRE ATT&CK, in Jupyter."
    version = __version__
    load_other_extensions = True
    default_url = "/lab"
    extension_url = "/lab"
    examples = "jupyter tram --port 8000 --no-browser"
    classes = [*ExtensionApp.classes, TramConnectionLimits]  # noqa: RUF012 - traitlets' own

    _configuration: Configuration | None = None

    def initialize_handlers(self) -> None:
        """Register the routes; the workbench is opened by the first request.

        Where the configuration is wrong, Jupyter works on, and every route answers with the reason: other extensions
        have no part in it. ``jupyter tram``, which starts a server for the workbench, does not start one then.
        """
        for problem in self.configuration().problems:
            self.log.error("TRAM does not start: %s", problem)
        self.limits = TramConnectionLimits(parent=self)
        self.host = WorkbenchHost(self._open_services, self.log, UploadPlaces(self.limits))
        self.arrivals: Arrivals | None = None
        self.handlers.extend(routes(self.name, self.host))
        if self.serverapp is not None:
            explain_wrong_bases(self.serverapp.web_app, self.name, self.host)

    def _open_services(self) -> Services:
        # The store is imported with the first request: every Jupyter server loads this module, few need more.
        from tram_ext.services.container import Services

        return Services(self.workbench_settings())

    def workbench_settings(self) -> Settings:
        """Return the configured settings as plain values.

        Raises
        ------
        Unavailable
            The configuration is wrong.
        """
        return self.configuration().settings()

    def configuration(self) -> Configuration:
        """Return the configuration with its errors; computed once."""
        if self._configuration is None:
            self._configuration = server.read(self._known_to_jupyter())
        return self._configuration

    def _known_to_jupyter(self) -> server.JupyterConfiguration:
        merged = self.config.get(SECTION, {})
        running = self.serverapp if self._linked else None
        if running is None:
            return server.JupyterConfiguration(merged)
        apps = [running, *(app for group in running.extension_manager.extension_apps.values() for app in group)]
        return server.JupyterConfiguration(
            merged,
            running.cli_config.get(SECTION, {}),
            {str(Path(path).absolute()) for app in apps for path in app.loaded_config_files},
            running.config_file,
        )

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Open the workbench at start if it is the server's default application or jobs are waiting."""
        if not serverapp.identity_provider.auth_enabled:
            self.log.warning(
                "TRAM: Jupyter's authentication is SWITCHED OFF. Whoever reaches this server reads, changes and "
                "deletes everything. Beyond loopback, TRAM answers only to its own tokens."
            )
        stop_in_order(self.log)
        self.host.on_change = job_events(serverapp.event_logger, asyncio.get_running_loop())
        self.host.on_review = review_events(serverapp.event_logger, asyncio.get_running_loop())
        self._let_kernels_in(serverapp)
        http_server = getattr(serverapp, "http_server", None)  # none where another program embeds the server
        if http_server is not None:
            self.arrivals = Arrivals.guard(http_server, self.limits)
        if self.configuration().problems:
            return
        if serverapp.starter_app is self or jobs_wait(self.workbench_settings().database_url):
            self.host.go("work", self.host.open_early)

    def _let_kernels_in(self, serverapp: Any) -> None:
        try:
            self.host.kernels.announce(Path(serverapp.runtime_dir), serverapp)
        except TramError as error:
            self.log.warning("TRAM: kernels of this server do not find it by themselves. %s", error.message)

    async def stop_extension(self) -> None:
        """Stop child processes, threads and connections."""
        if self.arrivals is not None:
            self.arrivals.stop()
        self.host.kernels.withdraw()
        self.host.close()


main = launch_new_instance = TramExtension.launch_instance
