"""What docs/deploy.md and the files in deploy/ say fits together. `make deployments` runs them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from bench.deployments import chapters
from tests.config.running import ROOT, SERVE

DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docs" / "deploy.md").read_text()


def test_each_command_of_the_document_is_run_by_make_deployments() -> None:
    assert sum(len(commands) for _, commands in chapters(TEXT)) > 6


def test_a_command_that_none_runs_is_found() -> None:
    with pytest.raises(SystemExit, match="Nobody runs"):
        chapters(TEXT + "\n## More\n\n```sh\nrm -rf /\n```\n")


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not (program := shutil.which("systemd-analyze")):
        pytest.skip("no systemd here")
    unit = (DEPLOY / "diary.service").read_text()
    file = tmp_path / "diary.service"
    file.write_text(unit.replace("/opt/side-effect-diary/.venv/bin/python", "/bin/true"))
    done = subprocess.run([program, "verify", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_unit_and_image_start_what_make_serve_starts() -> None:
    starts = " ".join(SERVE[1:])
    assert starts == "-m config.server"
    for file in ("diary.service", "Containerfile"):
        text = (DEPLOY / file).read_text()
        assert starts in text, file
        assert "manage.py prepare --quiet" in text, file


def test_the_image_holds_every_app_and_runs_as_somebody() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    apps = {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()}
    copied = set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE))
    assert copied == apps | {"static", "templates"}
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", text, re.MULTILINE)


def test_a_command_gets_the_settings_as_the_service_does() -> None:
    wrapper, unit = (DEPLOY / "diary").read_text(), (DEPLOY / "diary.service").read_text()
    settings_of = re.compile(
        r"^(?:(?:Environment|EnvironmentFile|User|WorkingDirectory|UMask)=.*)$", re.M
    )
    asked = set(settings_of.findall(unit))
    assert len(asked) == 5
    assert {said for said in asked if f"--property={said}" not in wrapper} == set()


def test_in_compose_only_caddy_reaches_the_diary() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    diary = services["diary"]
    assert diary["network_mode"] == "service:caddy"
    assert "ports" not in diary
    assert diary["read_only"] and diary["cap_drop"] == ["ALL"]
    volumes = [volume.split(":")[1] for volume in diary["volumes"]]
    assert f"VOLUME {volumes[0]}" in (DEPLOY / "Containerfile").read_text()
    assert (ROOT / diary["build"]["dockerfile"]).exists()
