#!/usr/bin/env python3
"""How long a night over a fleet takes, against `git http-backend` and a mock of GitHub's API on loopback.

usage: bench/fleet.py [--repositories 300] [--commits 1000] [--runs 3] [--jobs 4] [--binary target/release/lookback] [--json FILE] [--served FOLDER]

Builds bare repositories (documents, issues in a file, three reviews, every third one overdue), serves them, and measures medians of
several runs: a first night (cold), a night on which nothing changed, one on which a thirtieth changed, and a first night over a tenth of
the repositories, which has to cost as much for each of them. Wall time includes the work of
the servers, on the same processors; so do seconds of work, which are seconds of processor of all of it and do not depend on what else the
machine does, whose load is told. Seconds of processor are those of lookback and its `git`. The states are known, and compared."""

import argparse
import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

DAY, DOCUMENTS, ISSUES, CHANGED = "2026-01-20", 15, 20, 30
# So many repositories are asked about on the nights with GitHub as a source.
ASKED = 20


def day(number: int) -> str:
    """A day from 2023 on."""
    return time.strftime("%Y-%m-%d", time.gmtime(1672531200 + number * 86400))


def record(held: str, begin: str, end: str) -> str:
    ids = "".join(f"| SEC-{n} | high | closed | fixed |\n" for n in range(1, ISSUES + 1))
    return f"""# Periodic review of security defect management

| Field | Value |
|---|---|
| Document ID | SEC-REV-{held} |
| Status | Approved |
| Date held | {held} |
| Period | {begin} to {end} |
| Approved by | Dr. Anna Weber, quality manager |
| Approval date | {held} |

## Issues examined

| Issue | Severity | State | Disposition |
|---|---|---|---|
{ids}
## Completeness

The handling was complete: every security issue was triaged, analysed and tested.

## Efficiency

The handling was efficient: every fix was available within the time targets of the team.

## Resolution

The handling led to resolution: all security issues of the period were resolved.

## Analysis of deployed defects

The defects of the deployed software escaped because the parser was not in the fuzzing plan; the fuzzing plan was extended.

## Improvement actions

| Id | Action | Owner | Due | State |
|---|---|---|---|---|
| A1 | Extend the fuzzing plan to all parsers | Robin Meyer | {end} | closed, proof: TR-{end} |
"""


PROCEDURE = """# Security defect management procedure

The quality manager shall review the management of security defects at least every 12 months.
The review shall examine every security issue managed since the last review.
Lessons of security defects in released products shall be analysed and shall lead to changes of the security processes.
"""


def stream(number: int, commits: int) -> bytes:
    """A repository for `git fast-import`."""
    overdue = number % 3 == 0
    reviews = ["2022-12-01", "2023-11-20", "2024-11-10"] if overdue else ["2023-06-01", "2024-05-20", "2025-05-10"]
    issues = "id,title,labels,state,opened,closed\n" + "".join(
        f"SEC-{n},Overflow {n} of part {number},security,closed,2023-0{1 + n % 9}-01,2023-0{1 + n % 9}-20\n" for n in range(1, ISSUES + 1))
    out, mark, begin = [], 0, 1640995200

    def commit(at: int, message: str, files: dict[str, str]) -> None:
        nonlocal mark
        mark += 1
        out.append(f"commit refs/heads/main\nmark :{mark}\ncommitter Dev <dev@example.com> {at} +0000\ndata {len(message)}\n{message}\n")
        for path, text in files.items():
            out.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")

    first = {"docs/procedure.md": PROCEDURE, "issues.csv": issues, "lookback.toml": "[issues]\nfiles = [\"issues.csv\"]\ntracker_keys = ['SEC-\\d+']\n"}
    for n in range(DOCUMENTS - len(reviews) - 1):
        first[f"docs/guide-{n}.md"] = f"# Guide {n} of part {number}\n\n" + "How the part is built, tested and released. " * 40 + "\n"
    commit(begin, "Begin", first)
    stops = sorted((int(time.mktime(time.strptime(held, "%Y-%m-%d"))), held) for held in reviews)
    step = (1767225600 - begin) // commits
    for n in range(1, commits):
        at = begin + n * step
        while stops and stops[0][0] <= at:
            _, held = stops.pop(0)
            year = int(held[:4])
            commit(at, f"Review of {held}", {f"docs/Security-Review-{year}.md": record(held, f"{year - 1}{held[4:]}", held)})
        commit(at, f"Work {n} on part {n % 7}", {f"src/part{n % 7}/file{n % 50}.c": f"int part_{number}_{n};\n" * 20})
        if n % 250 == 1:
            out.append(f"reset refs/tags/v1.{n // 250}\nfrom :{mark}\n\n")
    return "".join(out).encode()


def build(root: pathlib.Path, number: int, commits: int) -> None:
    bare = root / "acme" / f"part-{number:04}.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    subprocess.run(["git", "-C", str(bare), "fast-import", "--quiet"], input=stream(number, commits), check=True)
    subprocess.run(["git", "-C", str(bare), "config", "uploadpack.allowFilter", "true"], check=True)
    subprocess.run(["git", "-C", str(bare), "repack", "-adq", "--write-bitmap-index"], check=True)


class Servers(http.server.BaseHTTPRequestHandler):
    """`git http-backend`, and the one list of GitHub's API that a plan asks for."""

    protocol_version = "HTTP/1.1"
    root: pathlib.Path
    names: list[str] = []
    requests = 0
    sent = 0
    asked = 0
    counted = 0

    def answer(self) -> None:
        Servers.requests += 1
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else b""
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.serve(path, query, body)

    def serve(self, path: str, query: str, body: bytes) -> None:
        if path == "/orgs/acme/repos":
            self.listed(query)
        elif path.startswith("/repos/acme/") or path == "/graphql":
            self.told(path, body)
        else:
            self.send(*self.git(path, query, body))

    def git(self, path: str, query: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What `git http-backend` answers."""
        env = {**os.environ, "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
               "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("content-type", ""), "CONTENT_LENGTH": str(len(body)),
               "GIT_PROTOCOL": self.headers.get("git-protocol", ""), "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", "")}
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=False)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value[:3]) for name, value in lines if name == "Status"), 200)
        return status, [(name, value) for name, value in lines if name != "Status"], rest

    def listed(self, query: str) -> None:
        page = int(re.search(r"&page=(\d+)", f"&{query}").group(1)) if "&page=" in f"&{query}" else 1
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        part = self.names[(page - 1) * 100:page * 100]
        last = -(-len(self.names) // 100)
        told = [{"full_name": f"acme/{name}", "clone_url": f"{base}/acme/{name}.git", "default_branch": "main", "visibility": "public",
                 "private": False, "archived": False, "fork": False, "pushed_at": "2026-01-02T03:04:05Z", "topics": []} for name in part]
        rest = re.sub(r"&page=\d+", "", query)
        link = f'<{base}/orgs/acme/repos?{rest}&page={page + 1}>; rel="next", <{base}/orgs/acme/repos?{rest}&page={last}>; rel="last"'
        self.send(200, [("content-type", "application/json")] + ([("link", link)] if page < last else []), json.dumps(told).encode())

    def told(self, path: str, body: bytes) -> None:
        """Issues of one repository, as GitHub tells them; what did not change is 304."""
        Servers.asked += 1
        if path == "/graphql":
            ids = json.loads(body)["variables"].get("ids", [])
            nodes = [{"id": one, "timelineItems": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}} for one in ids]
            return self.send(200, [("content-type", "application/json")], json.dumps({"data": {"nodes": nodes}}).encode())
        _, _, owner, name, *rest = path.split("/")
        answer: object = []
        if not rest:
            answer = {"has_issues": True, "visibility": "public", "private": False, "permissions": {"admin": True}}
        elif rest[0] == "commits" and len(rest) == 2:
            answer = {"commit": {"verification": {"verified": False}}}
        elif rest == ["issues"]:
            answer = [{"number": n, "node_id": f"I_{name}_{n}", "title": f"Overflow {n}", "state": "closed", "state_reason": "completed", "created_at": "2023-02-01T00:00:00Z",
                       "updated_at": "2023-03-01T00:00:00Z", "closed_at": "2023-02-20T00:00:00Z", "html_url": f"https://github.com/{owner}/{name}/issues/{n}",
                       "user": {"login": "dev", "type": "User"}, "labels": [{"name": "security"}], "comments": 0, "type": None, "body": ""} for n in range(1, ISSUES + 1)]
        etag = f'"{hash(path) & 0xffffffff:08x}"'
        if self.headers.get("if-none-match") == etag:
            return self.send(304, [("etag", etag)], b"")
        Servers.counted += 1
        self.send(200, [("content-type", "application/json"), ("etag", etag)], json.dumps(answer).encode())

    def send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        Servers.sent += len(body)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


def run(line: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, seconds of processor and MiB of a run that has to succeed."""
    start = time.monotonic()
    process = subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) > 1:
        sys.exit(f"failed: {' '.join(line)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def worked() -> float:
    """Seconds of processor so far, of the servers and of everything that has ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def cost(folder: pathlib.Path) -> dict[str, float]:
    """The means of the files of costs of a run."""
    all_of_it = [json.loads(path.read_text()) for path in (folder / "costs").glob("*.json")]
    keys = ["ms", "bytes", "transfers", "requests", "cache_bytes", "report_bytes"]
    return {key: statistics.mean(one[key] for one in all_of_it) for key in keys}


def night(name: str, given: argparse.Namespace, work: pathlib.Path, env: dict[str, str], cache: str, plan: str = "plan.json") -> dict[str, float]:
    out = work / f"out-{name}"
    shutil.rmtree(out, ignore_errors=True)
    before, sent, work_before = Servers.requests, Servers.sent, worked()
    line = [given.binary, "-q", "fleet", "run", str(work / plan), "--out", str(out), "--cache", str(work / cache), "--as-of", DAY, "--jobs", str(given.jobs)]
    seconds, processor, memory = run(line, env)
    n = len(list((out / "rows").glob("*.json")))
    return {"repositories": n, "seconds": seconds, "work": worked() - work_before, "load": os.getloadavg()[0], "processor": processor, "mebibytes": memory,
            "http_requests": (Servers.requests - before) / n, "http_bytes": (Servers.sent - sent) / n, **cost(out)}


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(one[key] for one in runs), 3) for key in runs[0]}


def change(root: pathlib.Path, number: int, turn: int) -> None:
    bare = root / "acme" / f"part-{number:04}.git"
    code = f"int more_{turn};\n"
    text = ("commit refs/heads/main\ncommitter Dev <dev@example.com> 1767300000 +0000\ndata 4\nMore\nfrom refs/heads/main^0\n"
            f"M 100644 inline src/more.c\ndata {len(code)}\n{code}\n")
    subprocess.run(["git", "-C", str(bare), "fast-import", "--quiet"], input=text.encode(), check=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--repositories", type=int, default=300)
    arguments.add_argument("--commits", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--jobs", type=int, default=4)
    arguments.add_argument("--binary", default="target/release/lookback")
    arguments.add_argument("--json", help="write what was measured")
    arguments.add_argument("--served", help="repositories that an earlier run built there are taken, and others stay there")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        work = pathlib.Path(folder)
        Servers.root = pathlib.Path(given.served).resolve() if given.served else work / "srv"
        Servers.names = [f"part-{n:04}" for n in range(given.repositories)]
        lacking = [n for n, name in enumerate(Servers.names) if not (Servers.root / "acme" / f"{name}.git" / "HEAD").exists()]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda n: build(Servers.root, n, given.commits), lacking))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Servers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {"PATH": os.environ["PATH"], "GITHUB_API_URL": f"http://127.0.0.1:{server.server_address[1]}", "GITHUB_TOKEN": "bench-token"}
        (work / "fleet.toml").write_text('publish = "private"\nfail_on = "never"\n')
        planning = run([given.binary, "fleet", "plan", "--org", "acme", "--config", str(work / "fleet.toml"), "-o", str(work / "plan.json")], env)
        cold, same, some, few = [], [], [], []
        tenth = Servers.names[:max(given.repositories // 10, 1)]
        (work / "tenth").write_text("".join(f"http://127.0.0.1:{server.server_address[1]}/acme/{name}.git\n" for name in tenth))
        run([given.binary, "fleet", "plan", "--list", str(work / "tenth"), "--config", str(work / "fleet.toml"), "-o", str(work / "tenth.json")], env)
        for turn in range(given.runs):
            shutil.rmtree(work / "cache", ignore_errors=True)
            cold.append(night("cold", given, work, env, "cache"))
            same.append(night("same", given, work, env, "cache"))
            for path in (work / "out-cold" / "results").iterdir():
                if path.read_bytes() != (work / "out-same" / "results" / path.name).read_bytes():
                    sys.exit(f"{path.name}: a night on which nothing changed differs")
            shutil.rmtree(work / "cache-few", ignore_errors=True)
            few.append(night("few", given, work, env, "cache-few", "tenth.json"))
            for number in range(0, given.repositories, CHANGED):
                change(Servers.root, number, turn)
            some.append(night("some", given, work, env, "cache"))
        merging = run([given.binary, "-q", "fleet", "merge", str(work / "out-some"), "--site", str(work / "site"), "--history", str(work / "history.jsonl"),
                       "--json", str(work / "fleet.json"), "--as-of", DAY], env)
        counts = json.loads((work / "fleet.json").read_text())["counts"]
        overdue = len(range(0, given.repositories, 3))
        if counts["overdue"] != overdue or counts["not_checked"]:
            sys.exit(f"the states are not those that were built: {counts}, {overdue} should be overdue")
        site = sum(path.stat().st_size for path in (work / "site").rglob("*") if path.is_file())
        history = (work / "history.jsonl").stat().st_size
        (work / "fleet.toml").write_text('publish = "private"\nfail_on = "never"\n[defaults.issues]\nsources = ["github"]\n')
        (work / "few").write_text("".join(f"http://127.0.0.1:{server.server_address[1]}/acme/{name}.git\n" for name in Servers.names[:ASKED]))
        run([given.binary, "fleet", "plan", "--list", str(work / "few"), "--config", str(work / "fleet.toml"), "-o", str(work / "plan.json")], env)
        issues = {}
        for turn in ("cold", "same"):
            Servers.asked = Servers.counted = 0
            one = night(f"issues-{turn}", given, work, env, "cache-issues")
            issues[turn] = {"requests": one["requests"], "counted": Servers.counted / one["repositories"], "seconds": round(one["seconds"], 3), "repositories": one["repositories"]}
        server.shutdown()
    result = {"binary": "release" if "release" in given.binary else "dev", "processors": os.cpu_count(), "jobs": given.jobs, "commits": given.commits, "runs": given.runs,
              "plan_seconds": round(planning[0], 3), "merge_seconds": round(merging[0], 3), "site_bytes": site, "history_bytes": history,
              "cold": middle(cold), "same": middle(same), "changed": middle(some), "few": middle(few), "issues": issues}
    for name in ("cold", "same", "changed", "few"):
        one = result[name]
        print(f"{name:8} {one['seconds']:7.2f} s ({one['work']:.2f} s of work, {one['processor']:.2f} s of it in lookback and git, {one['mebibytes']:.0f} MiB, load {one['load']:.1f}) for {one['repositories']:.0f}: a repository {1000 * one['seconds'] / one['repositories']:.0f} ms, "
              f"{one['http_requests']:.2f} requests, {one['http_bytes']:.0f} bytes, cache {one['cache_bytes']:.0f}, report {one['report_bytes']:.0f}")
    each = {name: [result[name][what] / result[name]["repositories"] for what in ("seconds", "work")] for name in ("cold", "few")}
    print(f"a repository of {result['cold']['repositories']:.0f} costs {each['cold'][0] / each['few'][0]:.2f} of the time and {each['cold'][1] / each['few'][1]:.2f} of the work "
          f"of one of {result['few']['repositories']:.0f}")
    for name, one in issues.items():
        print(f"GitHub as a source, {name}: {one['requests']:.1f} requests a repository, of which {one['counted']:.1f} count against a limit")
    print(f"plan {result['plan_seconds']:.2f} s, merge {result['merge_seconds']:.2f} s, site {site} bytes, {counts}")
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
