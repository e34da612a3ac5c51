"""The set-up says what is missing and what to do about it."""

import socket
import subprocess
import sys

import pytest

import dev


def test_an_old_python_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)

    with pytest.raises(SystemExit, match=r"Python 3.11 or newer is needed"):
        dev.require_python()


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "argv", ["dev.py", "run"])
    monkeypatch.setattr(dev.shutil, "which", {"python3.12": "/usr/bin/python3.12"}.get)
    monkeypatch.setattr(dev.os, "execv", lambda *call: sys.exit(str(call)))

    with pytest.raises(SystemExit, match=r"python3\.12', 'dev.py', 'run'"):
        dev.require_python()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(dev, "stamped", lambda *names: ("", "", False))
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)

    with pytest.raises(SystemExit, match=r"without ensurepip.*\n.*apt install python3\.\d+-venv"):
        dev.set_up_python()


def test_a_taken_port_is_named_with_the_remedy(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(SystemExit, match=rf"Port {port} cannot be used.*(?s:.)*PORT=8001 make run"):
            dev.free_port()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_what_is_not_a_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SystemExit, match="PORT must be a number between 1 and 65535"):
        dev.free_port()


def test_an_unknown_command_is_answered_with_the_list(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dev.py", "fly"])

    assert dev.main() == 2
    assert "python3 dev.py run" in capsys.readouterr().out


def test_a_worker_runs_beside_the_site_is_started_again_when_it_ends_and_ends_with_the_site(monkeypatch, capsys):
    """The two programs stand in for gunicorn and the worker: a site that ends after a while, a worker that falls."""
    started = []

    def start(*arguments, **more):
        seconds = 2.5 if "gunicorn" in arguments else 0
        started.append(subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"]))
        return started[-1]

    monkeypatch.setattr(dev, "start", start)
    monkeypatch.setattr(dev, "answers", lambda port: True)
    assert dev.serve(8000, 0) == 0
    assert len(started) >= 3
    assert "The worker for jobs and reminders has ended: starting it again." in capsys.readouterr().out
    assert [program for program in started if program.poll() is None] == []
