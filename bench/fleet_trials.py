#!/usr/bin/env python3
"""A fleet under trial, against `git http-backend` on loopback: a tenth of its repositories is faulty, each in another way, and the others
are as in a fleet without them, byte for byte; killed at random moments and started again it ends as if nothing had been.

usage: bench/fleet_trials.py [--repositories 300] [--commits 40] [--kills 20] [--seed N] [--binary target/release/lookback]

Exit code 1: a fault of ours."""

import argparse
import http.server
import io
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from typing import Callable

import fleet

Manner = Callable[["Trials", str, str, bytes], None]


def status(code: int, **headers: str) -> Manner:
    return lambda self, *_: self.send(code, [(name.replace("_", "-"), value) for name, value in headers.items()], b"")


def part(of: str, told: bool, stall: bool) -> Manner:
    """Half of what is asked for by `of`, then an end of the line, or nothing more."""

    def answer(self: "Trials", path: str, query: str, body: bytes) -> None:
        code, headers, rest = self.git(path, query, body)
        if of.encode() not in (path.encode() if told else body):
            return self.send(code, headers, rest)
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[:len(rest) // 2])
        self.wfile.flush()
        if stall:
            time.sleep(45)
        self.close_connection = True
        return None

    return answer


def reset(self: "Trials", *_: object) -> None:
    self.close_connection = True
    self.connection.close()


def huge(self: "Trials", path: str, query: str, body: bytes) -> None:
    """A pack of 3 GB, for as long as somebody takes it."""
    if b"command=fetch" not in body:
        return self.send(*self.git(path, query, body))
    content = random.Random(1).randbytes(64 << 10)
    one = bytes([0x80 | 3 << 4, 0x80, 32]) + zlib.compress(content, 1)
    self.send_response(200)
    self.send_header("content-type", "application/x-git-upload-pack-result")
    self.send_header("connection", "close")
    self.end_headers()
    self.close_connection = True

    def band(data: bytes) -> None:
        for at in range(0, len(data), 60_000):
            some = data[at:at + 60_000]
            self.wfile.write(f"{len(some) + 5:04x}\x01".encode() + some)

    try:
        self.wfile.write(b"000dpackfile\n")
        band(b"PACK\0\0\0\2" + (48_000).to_bytes(4, "big"))
        for _ in range(48_000):
            band(one)
    except OSError:
        pass
    return None


def git(bare: pathlib.Path, *arguments: str, text: bytes = b"") -> None:
    subprocess.run(["git", "-C", str(bare), *arguments], input=text, check=True, capture_output=True)


def without(bare: pathlib.Path) -> None:
    shutil.rmtree(bare)


def empty(bare: pathlib.Path) -> None:
    shutil.rmtree(bare)
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)


def corrupt(bare: pathlib.Path) -> None:
    for pack in (bare / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        whole = bytearray(pack.read_bytes())
        middle = len(whole) // 2
        whole[middle:middle + 4000] = bytes(4000)
        pack.write_bytes(whole)


def torn(bare: pathlib.Path) -> None:
    for pack in (bare / "objects" / "pack").glob("*"):
        pack.unlink()


def shallow(bare: pathlib.Path) -> None:
    whole = bare.with_suffix(".whole")
    bare.rename(whole)
    subprocess.run(["git", "clone", "--quiet", "--bare", "--depth", "1", f"file://{whole}", str(bare)], check=True)
    git(bare, "config", "uploadpack.allowFilter", "true")


def headless(bare: pathlib.Path) -> None:
    git(bare, "symbolic-ref", "HEAD", "refs/heads/nowhere")


def holding(path: str, content: bytes) -> Callable[[pathlib.Path], None]:
    def change(bare: pathlib.Path) -> None:
        head = f"commit refs/heads/main\ncommitter Dev <dev@example.com> 1767300000 +0000\ndata 4\nMore\nfrom refs/heads/main^0\nM 100644 inline {path}\ndata {len(content)}\n"
        git(bare, "fast-import", "--quiet", text=head.encode() + content + b"\n")

    return change


def bomb() -> bytes:
    """A small DOCX that unpacks to 400 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as document:
        for _ in range(400):
            document.write(b" " * (1 << 20))
    return out.getvalue()


# What is wrong, what becomes of it; `None`: it is checked, and no pass.
Fault = tuple[str, "Callable[[pathlib.Path], None] | None", "Manner | None", "str | None"]


def faults() -> list[Fault]:
    return [
        ("missing", without, None, "missing"),
        ("empty", empty, None, None),
        ("corrupt pack", corrupt, None, "corrupt"),
        ("no pack", torn, None, "corrupt"),
        ("shallow on the server", shallow, None, None),
        ("default branch gone", headless, None, "branch-gone"),
        ("renamed, 301", None, status(301, location="/acme/elsewhere.git/info/refs"), "moved"),
        ("moved, 302", None, status(302, location="/acme/elsewhere.git/info/refs"), "moved"),
        ("401", None, status(401, www_authenticate="Basic realm=x"), "access"),
        ("403", None, status(403), "access"),
        ("404", None, status(404), "missing"),
        ("410", None, status(410), "missing"),
        ("429", None, status(429), "rate-limit"),
        ("429, Retry-After", None, status(429, retry_after="1"), "rate-limit"),
        ("429, Retry-After an hour", None, status(429, retry_after="3600"), "rate-limit"),
        ("500", None, status(500), "server"),
        ("502", None, status(502), "server"),
        ("503", None, status(503), "server"),
        ("503, Retry-After", None, status(503, retry_after="1"), "server"),
        ("418", None, status(418), "server"),
        ("connection reset", None, reset, "connection"),
        ("half of the list of branches", None, part("/info/refs", told=True, stall=False), "connection"),
        ("half of the pack", None, part("command=fetch", told=False, stall=False), "connection"),
        ("a list of branches that stalls", None, part("/info/refs", told=True, stall=True), "stalled"),
        ("a pack that stalls", None, part("command=fetch", told=False, stall=True), "stalled"),
        ("a pack of 3 GB", None, huge, "too-large"),
        ("a zip bomb as a document", holding("docs/Security-Review-2026.docx", bomb()), None, None),
        ("a broken lookback.toml", holding("lookback.toml", b"[cadence]\nwindw = 1\n"), None, "configuration"),
        ("a lookback.toml of 2 MB", holding("lookback.toml", b"#" * (2 << 20)), None, "configuration"),
        ("a server that is closed", None, None, "connection"),
    ]


class Trials(fleet.Servers):
    """The same servers, some of whose repositories are answered for in a manner of their own."""

    manners: dict[str, Manner] = {}
    asked_for: list[str] = []

    def serve(self, path: str, query: str, body: bytes) -> None:
        name = path.split("/")[2].removesuffix(".git") if path.count("/") > 1 else ""
        Trials.asked_for.append(name)
        manner = self.manners.get(name)
        if manner:
            manner(self, path, query, body)
        else:
            super().serve(path, query, body)

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):
            pass


def contents(out: pathlib.Path, sort: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / sort).iterdir() if not path.name.startswith(".")}


class Trial:
    def __init__(self, given: argparse.Namespace, work: pathlib.Path, address: str) -> None:
        self.given, self.work, self.address = given, work, address
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        self.wrong = 0

    def fault(self, *words: object) -> None:
        self.wrong += 1
        print("FAULT:", *words, file=sys.stderr)

    def plan(self, name: str, lines: list[str], fail_on: str = "never") -> None:
        (self.work / "fleet.toml").write_text(f'publish = "private"\nfail_on = "{fail_on}"\n')
        (self.work / name).write_text("".join(f"{line}\n" for line in lines))
        subprocess.run([self.given.binary, "fleet", "plan", "--list", str(self.work / name), "--config", str(self.work / "fleet.toml"), "-o", str(self.work / f"{name}.json")],
                       env=self.env, check=True)

    def line(self, plan: str, out: str, cache: str) -> list[str]:
        return [self.given.binary, "-q", "fleet", "run", str(self.work / f"{plan}.json"), "--out", str(self.work / out), "--cache", str(self.work / cache),
                "--as-of", fleet.DAY, "--jobs", str(self.given.jobs), "--disk-each", "64"]

    def run(self, plan: str, out: str, cache: str) -> float:
        start = time.monotonic()
        code = subprocess.run(self.line(plan, out, cache), env=self.env, stdout=subprocess.DEVNULL, check=False).returncode
        if code != 0:
            self.fault(out, "ended with", code)
        return time.monotonic() - start

    def faulty(self, names: list[str]) -> None:
        """A tenth of the fleet is faulty; the others are as without them."""
        known = faults()
        bad = dict(zip(names[::max(len(names) // len(known), 1)], known))
        good = [f"{self.address}/acme/{name}.git" for name in names if name not in bad]
        lines = good + [f"{'http://127.0.0.1:1' if fault[0] == 'a server that is closed' else self.address}/acme/{name}.git name=acme/{name}" for name, fault in bad.items()]
        for name, (_, change, manner, _) in bad.items():
            if change:
                change(Trials.root / "acme" / f"{name}.git")
            if manner:
                Trials.manners[name] = manner
        self.plan("without", good)
        self.plan("with", lines)
        alone = self.run("without", "out-without", "cache-without")
        together = self.run("with", "out-with", "cache-with")
        theirs, ours = contents(self.work / "out-without", "results"), contents(self.work / "out-with", "results")
        same = [name for name, report in theirs.items() if ours.get(name) == report]
        if len(same) != len(good):
            self.fault(len(good) - len(same), "of the others have another report")
        digests = [json.loads((self.work / out / "shards" / "1.json").read_text())["plan"].encode() for out in ("out-without", "out-with")]
        rows = contents(self.work / "out-with", "rows")
        for name, row in contents(self.work / "out-without", "rows").items():
            if rows.get(name, b"").replace(digests[1], digests[0]) != row:
                self.fault("the row of", name, "differs")
        told = {row["name"]: row["outcome"] for row in map(json.loads, rows.values())}
        for name, (what, _, _, cause) in bad.items():
            outcome = told.get(f"acme/{name}", {})
            got = outcome.get("not-checked", {}).get("cause")
            if got != cause or not outcome:
                self.fault(f"{what} is {got}, and not {cause}:", json.dumps(outcome)[:300])
            elif cause is None:
                report = next(json.loads(ours[file]) for file, row in rows.items() if json.loads(row)["name"] == f"acme/{name}")
                if report["verdict"] == "conforms" and not report["limits"]:
                    self.fault(what, "is a pass")
        for fail_on, code in (("never", 0), ("not-checked", 1)):
            self.plan("with", lines, fail_on)
            out = self.work / f"out-{fail_on}"
            shutil.copytree(self.work / "out-with", out)
            # The plan holds fleet.toml, so its results are of another plan: they are named again, and nothing else of them changes.
            shutil.copy(self.work / "with.json", out / "plan.json")
            for folder in ("rows", "shards"):
                shutil.rmtree(out / folder)
            self.run("with", f"out-{fail_on}", "cache-with")
            merged = subprocess.run([self.given.binary, "-q", "fleet", "merge", str(out), "--as-of", fleet.DAY], env=self.env, capture_output=True, check=False)
            if merged.returncode != code:
                self.fault("fail_on", fail_on, "ends with", merged.returncode)
        Trials.manners.clear()
        print(f"{len(bad)} of {len(lines)} are faulty, each in another way: {len(same)} others as without them, byte for byte ({alone:.1f} s without, {together:.1f} s with)")

    def killed(self, names: list[str]) -> None:
        """Killed at random moments and started again: the same bytes, and what was finished is not asked for again."""
        self.plan("killed", [f"{self.address}/acme/{name}.git name=acme/{name}" for name in names])
        took = self.run("killed", "out-whole", "cache-whole")
        chance = random.Random(self.given.seed)
        finished = []
        for turn in range(self.given.kills):
            out, cache = f"out-killed-{turn}", f"cache-killed-{turn}"
            process = subprocess.Popen(self.line("killed", out, cache), env=self.env, stdout=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, took))
            process.send_signal(signal.SIGKILL)
            process.wait()
            # What it had under way may still ask.
            time.sleep(0.3)
            rows = contents(self.work / out, "rows") if (self.work / out / "rows").is_dir() else {}
            done = {json.loads(row)["name"].removeprefix("acme/") for row in rows.values()}
            finished.append(len(done))
            Trials.asked_for.clear()
            self.run("killed", out, cache)
            again = done & set(Trials.asked_for)
            if again:
                self.fault("after kill", turn, "asked again for", sorted(again)[:5])
            for sort in ("rows", "results", "shards"):
                if contents(self.work / out, sort) != contents(self.work / "out-whole", sort):
                    self.fault("after kill", turn, sort, "differ")
            shutil.rmtree(self.work / cache)
            shutil.rmtree(self.work / out)
        print(f"killed at {self.given.kills} random moments of {took:.1f} s (seed {self.given.seed}; {' '.join(map(str, finished))} of {len(names)} were finished): the same bytes, nothing twice")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--repositories", type=int, default=300)
    arguments.add_argument("--commits", type=int, default=40)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--killed", type=int, default=60, help="repositories of the fleet that is killed")
    arguments.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    arguments.add_argument("--jobs", type=int, default=4)
    arguments.add_argument("--binary", default="target/release/lookback")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        work = pathlib.Path(folder)
        Trials.root = work / "srv"
        names = [f"part-{n:04}" for n in range(given.repositories)]
        for n in range(given.repositories):
            fleet.build(Trials.root, n, given.commits)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trials)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        trial = Trial(given, work, f"http://127.0.0.1:{server.server_address[1]}")
        trial.killed(names[:given.killed])
        trial.faulty(names)
        server.shutdown()
    sys.exit(1 if trial.wrong else 0)


if __name__ == "__main__":
    main()
