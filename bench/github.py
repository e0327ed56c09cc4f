#!/usr/bin/env python3
"""How long it takes to read a big repository from GitHub, against a deterministic server on loopback.

usage: bench/github.py [--issues 10000] [--events 30] [--latency 100] [--binary target/release/lookback]

The server holds N issues with E timeline events each, 500 Dependabot alerts and 40 advisories, and answers every request after
the latency. Measured are: a first `lookback collect` (cold cache), a second one (warm), each with wall time, peak memory and
requests, and the loop that users write: pages of 100 issues one after the other, then one timeline request per issue, one
after the other. That loop is measured on a sample and extrapolated, which is said."""

import argparse
import asyncio
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ALERTS, ADVISORIES, PAGE = 500, 40, 100
SAMPLE = 20


def stamp(issue: int, event: int) -> str:
    day = (issue * 7 + event * 3) % 330
    return f"2025-{1 + day // 28:02}-{1 + day % 28:02}T{event % 24:02}:00:00Z"


def issue(number: int) -> dict:
    secure = number % 10 == 0
    return {
        "number": number, "node_id": f"I_{number}", "title": f"Issue {number}: the pump stops", "state": "open",
        "state_reason": None, "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-12-24T00:00:00Z", "closed_at": None,
        "html_url": f"https://github.com/acme/pump/issues/{number}", "user": {"login": f"user{number % 50}", "type": "User"},
        "labels": [{"name": "security" if secure else "bug", "color": "ff0000"}], "comments": 12, "type": None,
        "body": "Steps to reproduce, what is expected, what is seen instead. " * 10,
    }


def event(number: int, index: int) -> dict:
    at, who = stamp(number, index), {"__typename": "User", "login": f"user{(number + index) % 50}"}
    kinds = ("comment", "label", "unlabel", "comment", "close", "reopen")
    kind = kinds[index % len(kinds)]
    if kind == "comment":
        return {"__typename": "IssueComment", "createdAt": at, "author": who}
    if kind in ("label", "unlabel"):
        return {"__typename": "LabeledEvent" if kind == "label" else "UnlabeledEvent", "createdAt": at, "actor": who, "label": {"name": "triage"}}
    if kind == "close":
        return {"__typename": "ClosedEvent", "createdAt": at, "actor": who, "stateReason": "COMPLETED", "closer": None}
    return {"__typename": "ReopenedEvent", "createdAt": at, "actor": who}


def alert(number: int) -> dict:
    return {
        "number": number, "state": "fixed" if number % 2 else "open", "created_at": "2025-02-01T00:00:00Z",
        "fixed_at": "2025-03-01T00:00:00Z" if number % 2 else None,
        "html_url": f"https://github.com/acme/pump/security/dependabot/{number}",
        "dependency": {"package": {"ecosystem": "cargo", "name": f"crate{number}"}, "manifest_path": "Cargo.lock"},
        "security_advisory": {"ghsa_id": f"GHSA-{word(number, 'a')}-{word(number, 'b')}-{word(number, 'c')}", "cve_id": f"CVE-2025-{10000 + number}",
                              "summary": "Overflow", "severity": "high", "cwes": [{"cwe_id": "CWE-787"}]},
    }


def word(number: int, salt: str) -> str:
    letters = "23456789cfghjmpqrvwx"
    return "".join(letters[b % 20] for b in hashlib.sha256(f"{salt}{number}".encode()).digest()[:4])


def advisory(number: int) -> dict:
    return {
        "ghsa_id": f"GHSA-{word(number, 'x')}-{word(number, 'y')}-{word(number, 'z')}", "cve_id": None, "summary": f"Advisory {number}",
        "severity": "high", "state": "draft" if number % 4 == 0 else "published", "created_at": "2025-04-01T00:00:00Z",
        "published_at": None if number % 4 == 0 else "2025-05-01T00:00:00Z", "vulnerabilities": [{"patched_versions": "1.2.3"}],
    }


class GitHub:
    """The server. Everything is rendered before it starts, so that what is measured is the client."""

    def __init__(self, issues: int, events: int, latency: float):
        self.latency, self.requests, self.port = latency, 0, 0
        self.pages = {"issues": [], "dependabot/alerts": [], "security-advisories": []}
        for name, make, total in (("issues", issue, issues), ("dependabot/alerts", alert, ALERTS), ("security-advisories", advisory, ADVISORIES)):
            for first in range(1, total + 1, PAGE):
                self.pages[name].append(json.dumps([make(n) for n in range(first, min(first + PAGE, total + 1))]).encode())
        self.timelines = {}
        for number in range(1, issues + 1):
            items = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [event(number, n) for n in range(events)]}
            self.timelines[f"I_{number}"] = json.dumps({"id": f"I_{number}", "timelineItems": items})

    def answer(self, path: str, headers: dict, body: bytes) -> tuple[int, dict, bytes]:
        path, _, query = path.partition("?")
        if path == "/graphql":
            ids = json.loads(body)["variables"]["ids"]
            return 200, {}, ('{"data":{"nodes":[' + ",".join(self.timelines[one] for one in ids) + "]}}").encode()
        rest = path.removeprefix("/repos/acme/pump").lstrip("/")
        if rest in self.pages:
            pages = self.pages[rest]
            asked = dict(pair.partition("=")[::2] for pair in query.split("&"))
            number = int(asked.pop("page", 1))
            base = f"http://127.0.0.1:{self.port}{path}?" + "&".join(f"{name}={value}" for name, value in asked.items())
            extra = {"etag": f'"{rest}-{number}"'}
            if number < len(pages):
                extra["link"] = f'<{base}&page={number + 1}>; rel="next", <{base}&page={len(pages)}>; rel="last"'
            if headers.get("if-none-match") == extra["etag"]:
                return 304, extra, b""
            return 200, extra, pages[number - 1]
        if rest == "":
            return 200, {}, b'{"has_issues": true, "permissions": {"admin": true}}'
        if rest.startswith("issues/") and rest.endswith("/timeline"):
            return 200, {}, self.timelines["I_" + rest.split("/")[1]].encode()
        return 200, {}, b"[]"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                path, headers = line.split()[1].decode(), {}
                while (one := (await reader.readline()).decode().strip()):
                    name, _, value = one.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.requests += 1
                await asyncio.sleep(self.latency)
                status, extra, answer = self.answer(path, headers, body)
                lines = "".join(f"{name}: {value}\r\n" for name, value in extra.items())
                length = "" if status == 304 else f"content-length: {len(answer)}\r\n"
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{length}{lines}\r\n".encode() + answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def start(self) -> None:
        ready = threading.Event()

        async def run() -> None:
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
        ready.wait()


def repository(folder: pathlib.Path) -> None:
    env = {**os.environ, "GIT_AUTHOR_DATE": "2025-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2025-01-01T00:00:00Z"}
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True, env=env)


def measure(binary: str, repo: pathlib.Path, cache: pathlib.Path, server: GitHub) -> tuple[float, float, float, int, int]:
    """Seconds, seconds of processor, MiB, requests and issues of one run."""
    env = {**os.environ, "GITHUB_API_URL": f"http://127.0.0.1:{server.port}", "GITHUB_TOKEN": "bench", "NO_PROXY": "127.0.0.1"}
    env.pop("GITHUB_GRAPHQL_URL", None)
    out, before, start = repo / "evidence.json", server.requests, time.monotonic()
    line = [binary, "collect", "--repo", repo, "--issues", "github:acme/pump", "--cache", cache, "--as-of", "2025-12-31", "-o", out]
    process = subprocess.Popen([str(word) for word in line], env=env)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status:
        sys.exit("the run failed")
    evidence = json.loads(out.read_text())
    for limit in evidence["limits"]:
        print("  limit:", limit["what"], "–", limit["why"])
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, server.requests - before, len(evidence["issues"])


def sequential(server: GitHub, issues: int) -> float:
    """Seconds of the loop that users write, from a sample of pages and timelines."""
    base, start = f"http://127.0.0.1:{server.port}/repos/acme/pump/issues", time.monotonic()
    for n in range(SAMPLE):
        json.load(urllib.request.urlopen(f"{base}?per_page=100&page={1 + n % len(server.pages['issues'])}"))
    page = (time.monotonic() - start) / SAMPLE
    start = time.monotonic()
    for n in range(SAMPLE):
        json.load(urllib.request.urlopen(f"{base}/{n + 1}/timeline?per_page=100"))
    return page * len(server.pages["issues"]) + (time.monotonic() - start) / SAMPLE * issues


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--issues", type=int, default=10_000)
    arguments.add_argument("--events", type=int, default=30)
    arguments.add_argument("--latency", type=float, default=100, help="milliseconds")
    arguments.add_argument("--binary", default="target/release/lookback")
    given = arguments.parse_args()
    server = GitHub(given.issues, given.events, given.latency / 1000)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        repo, cache = pathlib.Path(folder) / "repo", pathlib.Path(folder) / "cache"
        repository(repo)
        print(f"{given.issues} issues × {given.events} events, {ALERTS} alerts, {ADVISORIES} advisories, {given.latency:g} ms a request")
        cold = measure(given.binary, repo, cache, server)
        warm = measure(given.binary, repo, cache, server)
    loop = sequential(server, given.issues)
    for name, (seconds, processor, mebibytes, requests, found) in (("first run", cold), ("second run", warm)):
        print(f"{name:10} {seconds:7.2f} s ({processor:.2f} s of processor) {mebibytes:6.0f} MiB {requests:5} requests {found} security issues; loop / run = {loop / seconds:.0f}")
    print(f"{'loop':10} {loop:7.0f} s, extrapolated from {SAMPLE} pages and {SAMPLE} timelines")


if __name__ == "__main__":
    main()
