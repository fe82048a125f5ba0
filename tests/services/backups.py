"""What tests of backups need: a workbench with a bit of everything, and processes that are killed at a chosen moment."""

from __future__ import annotations

import hashlib
import json
import signal
import zipfile
from dataclasses import asdict

from tram_ext.domain.models import ModelCard
from tram_ext.services.backups.backup_format import read_manifest
from tram_ext.services.files import private_files

KILLED = -signal.SIGKILL


def fill(services, actor):
    """Give a workbench two documents, a model that nobody can load, a key, and a first password."""
    settings = services.settings
    for number in range(2):
        add_document(services, actor, f"note-{number}.txt", f"Beacons went out to server {number}. ".encode() * 9)
    data = b"a model"
    card = ModelCard("nb", "aa", {}, {}, {})
    private_files.make_folder(settings.models_dir)
    private_files.write(settings.models_dir / "nb-0123.skops", data)
    private_files.write(settings.models_dir / "nb-0123.json", json.dumps(asdict(card)).encode())
    sha256 = hashlib.sha256(data).hexdigest()
    with services.store.write() as work:
        work.model_versions.add(
            card, file_name="nb-0123.skops", sha256=sha256, size=len(data), training_id=None, created_by=actor.id
        )
    assert services.tokens
    private_files.write(settings.initial_password_file, b"first\n")


def add_document(services, actor, name, data):
    """Upload a text, and return the number of its document."""
    incoming = services.documents.receive(actor)
    incoming.write(data)
    return services.documents.accept(incoming, name, None, actor).job.document_id


def manifest_of(path):
    """Read what a backup says of itself."""
    with zipfile.ZipFile(path) as archive:
        return read_manifest(archive.read("manifest.json"))


def content(folder):
    """Return all files of a data folder that people would miss, with their bytes; of the database what is in it."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for kind in ("documents", "models")
        for path in sorted((folder / kind).glob("*"))
    }
    for name in ("signing-key", "initial-admin-password"):
        if (folder / name).exists():
            found[name] = (folder / name).read_bytes()
    return found


KILL_AT = """
import os, signal, sys
from pathlib import Path
from tram_ext.services.container import Services
from tram_ext.services.backups.restore import restore
from tram_ext.services.settings import Settings

what, folder, file, event, number = *sys.argv[1:5], int(sys.argv[5])
settings = Settings(data_dir=Path(folder), db_url="", default_model="nb")
services = Services(settings) if what == "backup" else None
seen = 0

def watch(name, arguments):
    global seen
    if name == event:
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

def tell(share, stage):
    if event == stage and share >= number / 100:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
if services:
    services.backups.back_up(Path(file), services.users.at_the_command_line(), tell=tell)
    services.close()
else:
    restore(Path(file), settings, tell)
print("done")
"""
"""A program that backs up or restores, and is killed at the n-th of the events that Python's audit hooks name."""
