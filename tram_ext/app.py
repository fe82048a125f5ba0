"""The Jupyter Server extension: configuration, wiring, beginning and end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, CaselessStrEnum, CUnicode, Float, Int, Unicode

from tram_ext._version import __version__
from tram_ext.domain.errors import TramError
from tram_ext.domain.users import Role
from tram_ext.handlers.connections import Arrivals, TramConnectionLimits, UploadPlaces
from tram_ext.handlers.events import job_events, review_events
from tram_ext.handlers.host import WorkbenchHost
from tram_ext.handlers.routes import explain_wrong_bases, routes
from tram_ext.handlers.stopping import stop_in_order
from tram_ext.services.settings import ACCESS_SECONDS, CONFIGURABLE, REFRESH_SECONDS, Settings
from tram_ext.services.waiting import jobs_wait

if TYPE_CHECKING:
    from tram_ext.services.container import Services


class TramExtension(ExtensionApp):
    """TRAM's HTTP API and the workbench, beside the notebook server."""

    name = "tram_ext"
    description = "Map cyber threat reports to MITRE ATT&CK, in Jupyter."
    version = __version__
    load_other_extensions = True
    default_url = "/lab"
    extension_url = "/lab"
    examples = "jupyter tram --port 8000 --no-browser"
    classes = [TramConnectionLimits]  # noqa: RUF012 - traitlets' own

    data_dir = Unicode(
        help="Folder of database, models, documents and keys; empty: TRAM_DATA_DIR, or 'tram' in Jupyter's data folder."
    ).tag(config=True)
    db_url = CUnicode(help="SQLAlchemy URL of the database; empty: TRAM_DB_URL, or SQLite in the data folder.").tag(
        config=True
    )
    default_model = Unicode("linear", help="The model that proposes unless another is asked for.").tag(config=True)
    encoder = Unicode(
        "auto",
        help="Sentence encoder that trainings blend in: 'auto' for the one that is installed, 'none', or a name.",
    ).tag(config=True)
    bert_folder = Unicode(
        help="Folder of a sequence classifier (config.json, tokenizer, model.safetensors) for the model 'bert'; empty: "
        "TRAM_BERT_FOLDER."
    ).tag(config=True)
    ml_accept_threshold = Int(4, min=1, help="Techniques with fewer accepted sentences than this are not trained.").tag(
        config=True
    )
    ml_confidence_threshold = Float(
        None,
        allow_none=True,
        min=0.0,
        max=100.0,
        help="Percent of confidence under which nothing is proposed; unset: 25 for TRAM's models, others have theirs.",
    ).tag(config=True)
    access_token_lifetime = Int(ACCESS_SECONDS, min=1, help="Seconds an access token lives.").tag(config=True)
    refresh_token_lifetime = Int(REFRESH_SECONDS, min=1, help="Seconds a refresh token lives.").tag(config=True)
    jupyter_role = CaselessStrEnum(
        [role.value for role in Role],
        default_value=Role.ADMIN.value,
        help="Role of a Jupyter user whom TRAM sees for the first time.",
    ).tag(config=True)
    training_timeout = Float(3600.0, min=1.0, help="Seconds after which a training is ended.").tag(config=True)

    max_upload_size = Int(100 * 2**20, min=1, help="Largest file that may be uploaded, in bytes.").tag(config=True)
    max_pages = Int(5_000, min=1, help="Most pages of a PDF that is read.").tag(config=True)
    jobs_at_once = Int(2, min=1, help="Documents that are read and mapped at the same time.").tag(config=True)
    job_timeout = Float(600.0, min=1.0, help="Seconds after which the work on a document is ended.").tag(config=True)

    executor = Unicode(
        help="Where cross-validation and the mapping of folders run: 'processes', or a Dask cluster by its scheduler "
        "(dask://127.0.0.1:8786, dask+tls://HOST:8786); empty: TRAM_EXECUTOR, or processes."
    ).tag(config=True)

    warm_up = Bool(
        True,  # noqa: FBT003 - traitlets' own signature
        help="Start the processes that read documents and train with the workbench, so that nobody waits for them; "
        "off saves their memory until they are needed.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """Register the routes; nothing is opened yet."""
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
        """Return what was configured, as plain values."""
        return Settings.configured({name: getattr(self, name) for name in CONFIGURABLE})

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Open the workbench at once where it was what was started or jobs wait; else the first request does."""
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
        if serverapp.starter_app is self or jobs_wait(self.workbench_settings().database_url):
            self.host.go("work", self.host.open_early)

    def _let_kernels_in(self, serverapp: Any) -> None:
        try:
            self.host.kernels.announce(Path(serverapp.runtime_dir), serverapp)
        except TramError as error:
            self.log.warning("TRAM: kernels of this server do not find it by themselves. %s", error.message)

    async def stop_extension(self) -> None:
        """End children, threads and connections."""
        if self.arrivals is not None:
            self.arrivals.stop()
        self.host.kernels.withdraw()
        self.host.close()


main = launch_new_instance = TramExtension.launch_instance
