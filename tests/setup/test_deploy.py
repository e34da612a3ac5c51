"""What stands in deploy/: it names every setting, parses, and names no registry; the archive installs by itself."""

import ast
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy import wheelhouse
from registry import settings
from tests.front import PATH

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TABLE = set(re.findall(r"^\| `([A-Z_]+)`", settings.__doc__, re.MULTILINE))
NOT_FOR_PLACES = {"TEST_DB_SUFFIX"}
INSIDE = {"REGISTRY_PROCESS", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
READERS = {"env_flag", "env_list", "numbers_from_text", "get"}


def read_from_environment(path):
    """Names of variables that a module reads: `env_flag("NAME")`, `os.environ.get("NAME")`, `os.environ["NAME"]`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found = node.slice
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in READERS:
            found = node.args[0] if node.args else None
        else:
            continue
        if isinstance(found, ast.Constant) and re.fullmatch(r"[A-Z][A-Z_]{3,}", str(found.value)):
            yield found.value


def test_the_table_of_settings_names_every_variable_that_is_read():
    modules = [ROOT / "registry" / f"{name}.py" for name in ("settings", "environment", "serving")]
    read = {name for module in modules for name in read_from_environment(module)}
    assert {"SECRET_KEY", "DATABASE_POOL_URL", "DEBUG", "PASSWORDS"} <= read
    assert read - TABLE - INSIDE == set()


def test_the_sample_of_settings_names_each_once_and_no_other():
    named = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "registry.env").read_text(), re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == TABLE - NOT_FOR_PLACES


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("systemd/*")), ids=lambda unit: unit.name)
def test_units_are_what_systemd_understands(unit, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("there is no systemd-analyze here")
    for other in DEPLOY.glob("systemd/*"):
        told = other.read_text().replace("/opt/bangfu/.venv/bin/python", "/bin/true")
        (tmp_path / other.name).write_text(told)
    done = subprocess.run([analyze, "verify", tmp_path / unit.name], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "bangfu" in line]
    assert (ours, done.returncode) == ([], 0)


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda unit: unit.name)
def test_services_are_held_in(unit):
    lines = unit.read_text().splitlines()
    assert {"User=bangfu", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0027"} <= set(lines)


@pytest.mark.nginx
def test_the_proxy_of_the_containers_is_what_nginx_understands(tmp_path):
    for name in ("registry.crt", "registry.key"):
        (tmp_path / name).touch()
    text = (DEPLOY / "nginx" / "container.conf").read_text().replace("web:8000", "127.0.0.1:8000")
    told = {
        "/etc/bangfu/tls/": f"{tmp_path}/",
        "/var/log/nginx/": f"{tmp_path}/",
        "443 ssl http2": "443",
        "443 ssl": "443",
    }
    for sample, ours in told.items():
        text = text.replace(sample, ours)
    text = re.sub(r"ssl_certificate.*?;", "", text)
    (tmp_path / "all").write_text(f"pid {tmp_path}/pid; events {{}} http {{ {text} }}")
    nginx = shutil.which("nginx", path=PATH)
    done = subprocess.run([nginx, "-t", "-c", tmp_path / "all", "-e", tmp_path / "log"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_both_proxies_hold_the_same_limits():
    one, other = ((DEPLOY / "nginx" / name).read_text() for name in ("registry.conf", "container.conf"))
    limits = re.compile(r"^ +((?:client|proxy|ssl|send|keepalive|error_page|large|gzip )[^;]*;)", re.MULTILINE)
    assert set(limits.findall(other)) <= set(limits.findall(one))
    assert len(set(limits.findall(one)) - set(limits.findall(other))) == 0


def test_containers_run_without_root_on_a_file_system_that_they_cannot_write():
    yaml = pytest.importorskip("yaml")
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = told["services"]
    assert set(services) == {"database", "prepare", "web", "worker", "proxy"}
    assert all(service["read_only"] for service in services.values())
    assert all("no-new-privileges:true" in service["security_opt"] for service in services.values())
    assert all(services[name]["user"] == "10001:10001" for name in ("prepare", "web", "worker"))
    assert all(service["image"].startswith("${") for service in services.values())
    assert {name for service in services.values() for name in service.get("depends_on", ())} <= set(services)


def test_nothing_in_it_names_a_registry_of_images_or_packages():
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix not in {".html", ".pyc"}:
            hosts = set(re.findall(r"[\w-]+(?:\.[\w-]+)*\.(?:io|com|org|net|cn)\b", path.read_text()))
            assert hosts == set(), path


def test_the_archive_holds_all_that_is_needed_and_nothing_of_this_place(tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "KIND").write_text(wheelhouse.kind())
    archive = tmp_path / "bangfu-0.tar.gz"
    wheelhouse.pack(archive, tmp_path / "wheels")
    with tarfile.open(archive) as tar:
        names = {name.removeprefix("bangfu-0/") for name in tar.getnames()}
    needed = {"dev.py", "manage.py", "requirements/lock.txt", "wheels/KIND", "deploy/wheelhouse.py"}
    needed |= {"static/vendor/bootstrap.min.css", "registry/locale/zh_Hans/LC_MESSAGES/django.mo"}
    assert needed <= names
    assert not [name for name in names if name.startswith((".venv", "var/", ".git/", "node_modules"))]
    assert Path(f"{archive}.sha256").read_text().endswith("  bangfu-0.tar.gz\n")


def test_wheels_for_another_python_are_refused_before_anything_is_done(tmp_path, monkeypatch):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "KIND").write_text("cpython-3.99 plan9")
    monkeypatch.setattr(wheelhouse.dev, "ROOT", str(tmp_path))
    with pytest.raises(SystemExit, match=r"are for cpython-3\.99 plan9"):
        wheelhouse.install()


def test_it_says_how_it_is_used():
    done = subprocess.run([sys.executable, DEPLOY / "wheelhouse.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, "collect FOLDER" in done.stderr) == (2, True)
