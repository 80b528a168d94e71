"""Starts the services of a resolved compose file as processes and runs the README's walk-through: parity.py WORK README (see parity.sh)."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import yaml

WORK, README = Path(sys.argv[1]), Path(sys.argv[2])
IMAGE = "skipper:local"
# The services of other images, and what stands for them here: host and port as compose has them -> where the server is.
BROKER = ("rabbitmq", 5672, os.environ["RABBITMQ_PORT"])
DATABASE = ("postgres", 5432, re.search(r"Port=(\d+)", os.environ["ConnectionStrings__Skipper"]).group(1))


def free_port():
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]


class Replica:
    """One container's process: the image's entry point with the service's command and environment."""

    def __init__(self, name, number, service):
        self.name, self.service, self.port = f"{name}-{number}", service, free_port()
        self.log = open(WORK / f"{self.name}.log", "ab")
        self.start()

    def start(self):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "DOTNET_EnableDiagnostics": "0",
            **{key: self.here(value) for key, value in self.service["environment"].items() if value is not None},
        }
        home = WORK / "tmp" / self.name
        home.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            ["/bin/sh", str(WORK / "app" / "run.sh"), *self.service["command"]],
            cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)

    def here(self, value):
        """A value of the compose file with the names of its network replaced by loopback."""
        value = str(value)
        for host, _, port in (BROKER, DATABASE):
            value = value.replace(f"Host={host};Port=5432", f"Host=127.0.0.1;Port={port}")
            if value == host:
                value = "127.0.0.1"
        if value == str(BROKER[1]):
            value = BROKER[2]
        value = value.replace("http://0.0.0.0:8080", f"http://127.0.0.1:{self.port}")
        return value.replace("/tmp/skipper", str(WORK / "tmp" / self.name / "data"))

    def is_healthy(self):
        test = self.service["healthcheck"]["test"]
        assert test[0] == "CMD", f"{self.name}: a health check that is not CMD: {test}"
        command = [part.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}") for part in test[1:]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30).returncode == 0

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
                return f"{self.name} did not stop within a minute of SIGTERM"
        return None if self.process.returncode in (0, 143, -15) else f"{self.name} ended with {self.process.returncode}"


def wait_healthy(replicas, seconds=120):
    deadline = time.monotonic() + seconds
    for replica in replicas:
        while not replica.is_healthy():
            if replica.process.poll() is not None:
                fail(f"{replica.name} ended with {replica.process.returncode}", [replica])
            if time.monotonic() > deadline:
                fail(f"{replica.name} did not become healthy within {seconds} s", [replica])
            time.sleep(0.2)


def fail(text, replicas=()):
    print(f"FAILED: {text}")
    for replica in replicas:
        print(f"--- the end of the log of {replica.name}")
        print("\n".join(Path(replica.log.name).read_text(errors="replace").splitlines()[-30:]))
    sys.exit(1)


def walk_through():
    """The commands between <!-- walk-through --> and the end of the code block after it; what only Docker can do is left out."""
    text = README.read_text()
    block = re.search(r"<!-- walk-through -->\s+```bash\n(.*?)```", text, re.DOTALL)
    if not block:
        fail(f"{README} has no code block after <!-- walk-through -->")
    return [line for line in block.group(1).replace("\\\n", " ").splitlines() if line and not line.startswith("docker ")]


def main():
    compose = yaml.safe_load((WORK / "compose.yaml").read_text())["services"]
    for name, (user, password) in {
        "rabbitmq": ("RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS"),
        "postgres": ("POSTGRES_USER", "POSTGRES_PASSWORD"),
    }.items():
        found = (compose[name]["environment"][user], compose[name]["environment"][password])
        if found != (os.environ["RABBITMQ_USER"], os.environ["RABBITMQ_PASSWORD"]):
            fail(f"{name} of docker-compose.yml has another account than eng/servers.sh; this script cannot stand for it")

    replicas = []
    try:
        for name, service in compose.items():
            if service.get("image") == IMAGE:
                count = service.get("deploy", {}).get("replicas", 1)
                replicas += [Replica(name, number + 1, service) for number in range(count)]
        print("started   " + ", ".join(replica.name for replica in replicas))
        wait_healthy(replicas)
        print("healthy   all, by the health checks of docker-compose.yml")
        run(replicas)
    finally:
        problems = [found for found in [replica.stop() for replica in reversed(replicas)] if found]
    if problems:
        fail("; ".join(problems), replicas)
    print("stopped   all, by SIGTERM")
    print("PASSED: docker-compose.yml and the README's walk-through")


def run(replicas):
    gateway = next(replica for replica in replicas if replica.name == "gateway-1")
    script = "set -euo pipefail\n" + "\n".join(walk_through())
    script = script.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{gateway.port}")
    print("walk-through")
    result = subprocess.run(["bash", "-xc", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    for line in (result.stderr + "\n" + result.stdout).splitlines():
        print(f"  {line[:200]}")
    if result.returncode != 0:
        fail(f"the walk-through ended with {result.returncode}", replicas)
    if '"predictions":[' not in result.stdout or '"Success"' not in result.stdout:
        fail("the walk-through shows no successful task or no prediction", replicas)

    # A container that dies is started again by its restart policy; nobody who asks meanwhile may notice.
    victim = next(replica for replica in replicas if replica.name == "serving-1")
    assert victim.service["restart"] == "unless-stopped"
    victim.kill()
    row = {"crim": 0.2, "zn": 10, "indus": 7.5, "chas": 0, "nox": 0.5, "rm": 6.2, "age": 55, "dis": 4.5, "rad": 4, "tax": 300, "b": 390, "lstat": 9.5}
    request = urllib.request.Request(
        f"http://127.0.0.1:{gateway.port}/api/v1/skipper/predict/housing",
        json.dumps({"rows": [row]}).encode(), {"Content-Type": "application/json"})
    for _ in range(20):
        with urllib.request.urlopen(request, timeout=40) as response:
            json.load(response)["predictions"][0]
    victim.start()
    wait_healthy([victim])
    print("kill -9   of one serving replica: 20 of 20 predictions answered, restarted and healthy")


main()
