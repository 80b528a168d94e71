"""The steps of rehearse-restore.sh, which starts the servers and calls: rehearse_restore.py WORK CONFIGURATION."""

import concurrent.futures
import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

WORK, CONFIGURATION = Path(sys.argv[1]), sys.argv[2]
SERVICES = ["Services.Data", "Services.Training", "Services.Serving", "Gateway"]
OLD, NEW = "skipper", "skipper_restored"
CONNECTION = os.environ["ConnectionStrings__Skipper"]
SERVER = dict(part.split("=", 1) for part in CONNECTION.split(";"))
TOOLS = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(re.search(r"/(\d+)/", path).group(1)))[-1])
ROW = {"crim": 0.2, "zn": 10, "indus": 7.5, "chas": 0, "nox": 0.5, "rm": 6.2, "age": 55, "dis": 4.5, "rad": 4, "tax": 300, "b": 390, "lstat": 9.5}
TRAIN = {"task_type": "training", "payload": "0.2", "data": {"engine": "linear"}}
LOOK = {"task_type": "find_dataset", "data": {"name": "housing"}}
BEGUN = time.monotonic()


def say(what, text):
    print(f"{time.monotonic() - BEGUN:6.1f} s  {what:<9} {text}", flush=True)


def fail(text):
    say("FAILED", text)
    for log in sorted(WORK.glob("*.log")):
        print(f"--- the end of {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))
    sys.exit(1)


def check(holds, text):
    if not holds:
        fail(text)


def postgres(tool, *arguments):
    """Runs a program of PostgreSQL against the server; returns what it printed."""
    where = ["-h", SERVER["Host"], "-p", SERVER["Port"], "-U", SERVER["Username"]]
    result = subprocess.run(
        [TOOLS / tool, *where, *arguments], env={**os.environ, "PGPASSWORD": SERVER["Password"]}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    check(result.returncode == 0, f"{tool} {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout


class Mesh:
    """The processes of the mesh on one database."""

    def __init__(self, database):
        self.processes, ports = [], []
        for service in SERVICES:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                ports.append(free.getsockname()[1])
            environment = {
                **os.environ,
                "ASPNETCORE_URLS": f"http://127.0.0.1:{ports[-1]}",
                "ConnectionStrings__Skipper": CONNECTION.replace(f"Database={OLD}", f"Database={database}"),
                "Skipper__DataDirectory": str(WORK / database),
                # What a dead worker had claimed is taken over after this silence; 20 s otherwise.
                "Skipper__Runs__LeaseSeconds": "5",
            }
            log = open(WORK / f"{database}-{service}.log", "wb")
            assembly = f"{service}/bin/{CONFIGURATION}/net10.0/Skipper.{service}.dll"
            self.processes.append(subprocess.Popen(
                ["dotnet", "exec", assembly], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True))
        self.url = f"http://127.0.0.1:{ports[-1]}"
        for port in ports:
            self.wait(lambda: self.call("GET", f"http://127.0.0.1:{port}/readyz")[0] == 200, "the mesh is ready", 90)

    def call(self, method, path, body=None):
        """Status and JSON of an answer; status 0 = nobody answered."""
        url = path if path.startswith("http") else f"{self.url}/api/v1/skipper{path}"
        request = urllib.request.Request(
            url, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                text = response.read()
                return response.status, json.loads(text) if text[:1] in (b"{", b"[") else None
        except urllib.error.HTTPError as error:
            return error.code, None
        except OSError:
            return 0, None

    def accept(self, body):
        """The id of a task once it is accepted; None = it was not."""
        status, answer = self.call("POST", "/tasks/execute_async", body)
        return answer["task_id"] if status in (200, 202) else None

    def runs(self, ids):
        """The state of each run; None = there is no such run."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda run: self.call("GET", f"/runs/{run}"), ids)
            return {run: answer["state"] if status == 200 else None for run, (status, answer) in zip(ids, answers)}

    def wait(self, holds, text, seconds=60):
        deadline = time.monotonic() + seconds
        while not holds():
            dead = [process.args[2] for process in self.processes if process.poll() is not None]
            check(not dead, f"ended: {dead}")
            check(time.monotonic() < deadline, f"not within {seconds} s: {text}")
            time.sleep(0.1)

    def end(self, how):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, how)
        for process in self.processes:
            process.wait(60)


class Load:
    """Two clients that send tasks without a pause until they are told to stop."""

    def __init__(self, mesh):
        self.mesh, self.accepted, self.stopping = mesh, [], False
        self.threads = [threading.Thread(target=self.send, daemon=True) for _ in range(2)]
        for thread in self.threads:
            thread.start()

    def send(self):
        while not self.stopping:
            if run := self.mesh.accept(LOOK):
                self.accepted.append(run)

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()


def facts(mesh):
    """What must be the same before and after: each model version by its file, the aliases, and a prediction."""
    _, versions = mesh.call("GET", "/models/housing/versions")
    _, aliases = mesh.call("GET", "/models/housing/aliases")
    status, prediction = mesh.call("POST", "/predict/housing@champion", {"rows": [ROW]})
    check(status == 200, f"a prediction by alias was answered {status}")
    return versions, aliases, prediction["predictions"]


def rehearse(meshes):
    old = Mesh(OLD)
    meshes.append(old)
    say("ready", "the mesh on the database skipper")
    first = old.accept(TRAIN)
    old.wait(lambda: old.runs([first])[first] == "succeeded", "the first training succeeds")
    status, _ = old.call("PUT", "/models/housing/aliases/champion", {"version": 1, "actor": "rehearsal", "reason": "to be restored"})
    check(status == 200, f"the promotion was answered {status}")
    old.wait(lambda: old.call("POST", "/predict/housing@champion", {"rows": [ROW]})[0] == 200, "serving follows the alias")
    before = facts(old)

    load = Load(old)
    old.wait(lambda: len(load.accepted) >= 200, "200 tasks are accepted")
    trainings = [first] + [old.accept(TRAIN) for _ in range(12)]
    named = [*load.accepted, *trainings]
    dump_begins = time.monotonic()
    postgres("pg_dump", "-Fc", "-d", OLD, "-f", str(WORK / "skipper.dump"))
    say("dumped", f"in {time.monotonic() - dump_begins:.1f} s under load, {(WORK / 'skipper.dump').stat().st_size / 1e6:.1f} MB; {len(named)} runs accepted before")
    sent = len(load.accepted)
    old.wait(lambda: len(load.accepted) >= sent + 100, "100 more tasks are accepted")
    old.end(signal.SIGKILL)
    load.stop()
    postgres("dropdb", OLD)
    say("lost", f"every process by SIGKILL, the database; {len(load.accepted) - sent} runs accepted after the dump")

    restore_begins = time.monotonic()
    postgres("createdb", NEW)
    postgres("pg_restore", "--exit-on-error", "--no-owner", "-d", NEW, str(WORK / "skipper.dump"))
    states = dict(line.split("|") for line in postgres("psql", "-XAtd", NEW, "-c", "SELECT state, COUNT(*) FROM gateway.runs GROUP BY state").splitlines())
    still_open = sum(int(count) for state, count in states.items() if state not in ("succeeded", "failed"))
    say("restored", f"in {time.monotonic() - restore_begins:.1f} s as {NEW}: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    check(still_open > 0, "no run was open in the dump: this rehearses nothing")

    new = Mesh(NEW)
    meshes.append(new)
    say("ready", "the mesh on the restored database")
    new.wait(lambda: set(new.runs(named).values()) == {"succeeded"}, "every run that was accepted before the dump has succeeded")
    say("checked", f"{len(named)} of {len(named)} runs accepted before the dump have succeeded, {still_open} of all were open in it")
    lost = [state for state in new.runs(load.accepted[sent:]).values() if state is None]
    say("checked", f"{len(lost)} of {len(load.accepted) - sent} runs accepted after it are unknown, as they must be")

    # Trainings that were repeated have registered one version each; what was there before is as it was.
    versions, aliases, prediction = facts(new)
    numbers = [version["version"] for version in versions["versions"]]
    check(sorted(numbers) == list(range(1, len(trainings) + 1)), f"{len(trainings)} trainings have made the versions {sorted(numbers)}")
    check(all(version in versions["versions"] for version in before[0]["versions"]), f"versions differ: {before[0]} became {versions}")
    check((aliases, prediction) == before[1:], f"aliases or predictions differ: {before[1:]} became {(aliases, prediction)}")
    say("checked", f"{len(trainings)} trainings have {len(numbers)} versions; versions, aliases and predictions from before are the same")
    late = new.accept(TRAIN)
    new.wait(lambda: new.runs([late])[late] == "succeeded", "a new training succeeds")
    say("checked", "a new training succeeds")


def main():
    meshes = []
    try:
        rehearse(meshes)
    finally:
        for mesh in meshes:
            mesh.end(signal.SIGTERM)
    print("PASSED: dump under load, restore, runs go on")


main()
