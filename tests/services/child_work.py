"""What the tests have children do; a child imports it by name."""

from __future__ import annotations

import os
import threading
import time

from tram_ext.domain.errors import Conflict


def add(a, b, progress):
    progress(0.5, "half of Zoë's work")
    time.sleep(0.2)
    return a + b


def environment(names, progress):
    return {name: os.environ.get(name) for name in names}


def refuse(progress):
    raise Conflict("There is too little here.", code="little")


def divide_by_zero(progress):
    return 1 / 0


def vanish(progress):
    os._exit(3)


def sleep(seconds, progress):
    """Say who this is twice, and sleep."""
    progress(0.1, str(os.getpid()))
    time.sleep(0.2)
    progress(0.2, str(os.getpid()))
    time.sleep(seconds)


def pid(progress):
    return os.getpid()


def answer_with_a_lock(progress):
    return threading.Lock()


def bytes_of(model):
    return model.path.read_bytes()
