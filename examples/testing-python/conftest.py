"""The fixture `cloud`: an emulated cloud and a stack of its own for each test. Needs Node 20 and the Pulumi CLI."""

import json
import os
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

EMULATOR = ["npx", "--yes", "edgecache-emulator@0.1.0", "--port", "0", "--json", "--exit-with-stdin"]


class Cloud:
    def __init__(self, addresses: dict, project: Path, state: Path):
        self.control: str = addresses["control"]
        self.project = project
        self.env = os.environ | {
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_STACK": "test",
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1",
        }
        self.pulumi("stack", "init", "test")
        self.configure({f"edgecache:{key}": value for key, value in addresses["configuration"].items()})

    def pulumi(self, *words: str) -> str:
        run = subprocess.run(["pulumi", *words], cwd=self.project, env=self.env, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def configure(self, settings: dict[str, str]) -> None:
        self.pulumi("config", "set-all", *(word for key in settings for word in ("--plaintext", f"{key}={settings[key]}")))

    def preview(self) -> dict[str, dict]:
        """The plan of each trigger, by its name."""
        events = [json.loads(line) for line in self.pulumi("preview", "--json").splitlines()]
        new = [event["resOutputsEvent"]["metadata"]["new"] for event in events if "resOutputsEvent" in event]
        return {one["urn"].split("::")[-1]: one["outputs"]["plan"] for one in new if "plan" in one.get("outputs", {})}

    def up(self) -> None:
        self.pulumi("up", "--yes", "--skip-preview")

    def publish(self, url: str, body: str) -> None:
        """A page at the origin."""
        parts = urllib.parse.urlsplit(url)
        self.ask("PUT", "/origin/pages", [{"host": parts.hostname, "path": parts.path, "body": body}])

    def visit(self, url: str) -> dict:
        """What a visitor of the edge gets: `status`, `cache` (HIT, MISS, …), `age`, `body`."""
        return self.ask("POST", "/edge/visits", {"url": url})[0]

    def requests(self, action: str) -> list[dict]:
        """The calls that reached the cloud, oldest first."""
        return self.ask("GET", f"/requests?action={action}")

    def ask(self, method: str, path: str, body: object = None):
        """The emulator's control API: clock, faults, settings and all else."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@pytest.fixture
def cloud(request: pytest.FixtureRequest, tmp_path: Path):
    project = request.path.parent
    with subprocess.Popen(EMULATOR, cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as emulator:
        yield Cloud(json.loads(emulator.stdout.readline()), project, tmp_path)
        emulator.stdin.close()
        (project / "Pulumi.test.yaml").unlink(missing_ok=True)
