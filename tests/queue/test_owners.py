"""Names of processes: whether one still lives can be told on its machine, and nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tram_ext.services.processes import owners


def test_this_process_lives():
    assert not owners.is_gone(owners.this_process())
    assert len(owners.this_process()) <= 100, "what its column holds"


def test_a_process_lives_until_it_ends():
    code = "import sys; from tram_ext.services.processes import owners; print(owners.this_process(), flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        name = process.stdout.readline().decode().strip()
        assert not owners.is_gone(name)
        process.kill()
        process.stdout.read()
        process.wait()
        assert owners.is_gone(name)


def test_another_process_with_its_number_is_not_it():
    machine, number, started, token = owners.this_process().split(".")
    assert owners.is_gone(f"{machine}.{number}.{int(started) + 1}.{token}")


@pytest.mark.parametrize("name", ["", "x", "a|1|2|3", "0000000000000000.1.2.3", "a.b.c.d"])
def test_of_others_nothing_is_known(name):
    assert not owners.is_gone(name)
