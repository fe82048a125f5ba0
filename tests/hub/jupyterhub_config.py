"""The configuration of the tests' JupyterHub, as an administrator writes one; JupyterHub runs this file."""

import json
import os
import sys
from pathlib import Path

folder = Path(os.environ["HUB_TEST_FOLDER"])
settings = json.loads((folder / "settings.json").read_text())
c = get_config()  # noqa: F821 - JupyterHub provides it

c.JupyterHub.bind_url = f"http://127.0.0.1:{settings['port']}{settings['base_url']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings['hub_port']}"
c.JupyterHub.db_url = f"sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.ConfigurableHTTPProxy.command = [settings["proxy"]]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings['proxy_port']}"
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = settings["password"]
c.Authenticator.allow_all = True

c.JupyterHub.services = [{"name": "tests", "api_token": settings["secret"]}]
c.JupyterHub.load_roles = [
    {
        "name": "tests",
        "services": ["tests"],
        "scopes": ["admin:users", "admin:servers", "tokens", "list:users", "proxy", "access:servers"],
    },
    {"name": "guests-of-alice", "users": ["guest"], "scopes": ["access:servers!user=alice"]},
]

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{folder}/homes/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    "--allow-root",
    "--TramExtension.default_model=nb",
    "--TramExtension.warm_up=False",
    "--LabApp.expose_app_in_browser=True",
    # Named here, and not by what this machine's Jupyter is configured to load.
    *(
        f"--ServerApp.jpserver_extensions={name}=True"
        for name in ("jupyterlab", "jupyter_server_terminals", "tram_ext")
    ),
]
if settings["extension"]:
    # The strictest: it wants to see the scopes of whoever asks.
    c.Spawner.args.append("--ServerApp.authorizer_class=jupyterhub.singleuser.extension.JupyterHubAuthorizer")
c.Spawner.environment = {
    "JUPYTERHUB_SINGLEUSER_EXTENSION": str(int(settings["extension"])),
    "PYTHONPATH": settings["root"],
    "JUPYTER_NO_CONFIG": "1",
    "JUPYTERLAB_SETTINGS_DIR": f"{folder}/settings",
}


def together(spawner):
    """Let a team share one data folder."""
    if spawner.user.name.startswith("team-"):
        spawner.environment["TRAM_DATA_DIR"] = f"{folder}/team"


c.Spawner.pre_spawn_hook = together
