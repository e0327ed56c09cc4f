#!/usr/bin/env python3
"""What a run may cost, whatever lies in the repository and whatever a server answers: each of these is built, checked, and held against
its budget of time and memory.

    cargo build --release
    bench/budget.py [--binary target/release/lookback] [--factor 1] [CASE…]

Prints seconds, peak memory and the limits that name what was left out; fails where a case is over the budget. `--factor` allows a
build without optimisation so many times the seconds."""

import argparse
import http.server
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

SECONDS, MEBIBYTES = 10, 400
DAY = "2025-07-01"
RECORD = """# Periodic review of security defect management

Status: Approved
Date held: 2025-06-02
Period: 2024-06-01 to 2025-06-01

## Issues examined

{issues}

## Judgement

The handling was complete, efficient and led to resolution.
"""


class Repository:
    """A bare repository, written as a stream: its tree is what the case says."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", str(folder)], check=True)

    def stream(self, commits: list) -> None:
        """Commits of files (path → bytes), a day apart up to June 2025."""
        out = io.BytesIO()
        for n, files in enumerate(commits, 1):
            when = 1_748_900_000 - (len(commits) - n) * 3600
            out.write(b"commit refs/heads/main\nmark :%d\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n" % (n, when))
            if n > 1:
                out.write(b"from :%d\n" % (n - 1))
            for path, data in files.items():
                out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
            out.write(b"\n")
        subprocess.run(["git", "-C", str(self.folder), "fast-import", "--quiet", "--force"], input=out.getvalue(), check=True)

    def git(self, *words: str, data: bytes = b"") -> str:
        env = {**os.environ, **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                                for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"), ("DATE", "2025-06-02T00:00:00Z"))}}
        done = subprocess.run(["git", "-C", str(self.folder), *words], input=data, check=True, capture_output=True, env=env)
        return done.stdout.decode().strip()


def copies(repository: Repository) -> list:
    """One DOCX of a few KB that takes long to read, at 200 paths."""
    body = "<w:p><w:r><w:t>The security issues #1 and CVE-2025-1234 were reviewed, and all of them were not closed.</w:t></w:r></w:p>" * 20_000
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
    repository.stream([{f"docs/security-review-{n}.docx": kept.getvalue() for n in range(200)}])
    return []


def heavy(repository: Repository) -> list:
    """300 such documents, no two alike."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    files = {}
    for n in range(300):
        body = f"<w:p><w:r><w:t>The security issues #{n} and CVE-2025-1234 were reviewed, and all of them were not closed.</w:t></w:r></w:p>" * 20_000
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
        files[f"docs/security-review-{n}.docx"] = kept.getvalue()
    repository.stream([files])
    return []


def paths(repository: Repository) -> list:
    """A tree of 10^6 documents, built from 7 objects."""
    blob = repository.git("hash-object", "-w", "--stdin", data=RECORD.format(issues="- #1").encode())
    tree, kind, suffix = blob, "100644 blob", ".md"
    for _ in range(6):
        tree = repository.git("mktree", data="".join(f"{kind} {tree}\tsecurity-review-{n}{suffix}\n" for n in range(10)).encode())
        kind, suffix = "040000 tree", ""
    repository.git("update-ref", "refs/heads/main", repository.git("commit-tree", tree, "-m", "Many"))
    return []


def issues(repository: Repository) -> list:
    """80,000 issues, and a record that names none of them."""
    rows = "".join(f"SEC-{n},Overflow {n},security,closed,2024-0{6 + n % 4}-02,2024-12-0{1 + n % 9},high\n" for n in range(80_000))
    repository.stream([{"docs/security-review.md": RECORD.format(issues="- SEC-x").encode()}])
    file = repository.folder / "issues.csv"
    file.write_text("id,title,labels,state,opened,closed,severity\n" + rows)
    return ["--issues", str(file)]


def named(repository: Repository) -> list:
    """The same, and a record that names every one of them."""
    given = issues(repository)
    table = "| Issue | State |\n|---|---|\n" + "".join(f"| SEC-{n} | fixed |\n" for n in range(80_000))
    repository.stream([{"docs/security-review.md": RECORD.format(issues=table).encode()}])
    return given


def folder(repository: Repository) -> list:
    """2,000 commits over 800 documents of one folder."""
    text = lambda n, commit: RECORD.format(issues=f"- #{n}, looked at again in {commit}").encode()
    commits = [{f"docs/security-review-{n}.md": text(n, 0) for n in range(800)}]
    commits += [{f"docs/security-review-{n % 800}.md": text(n % 800, n)} for n in range(1, 2000)]
    repository.stream(commits)
    return []


def tracker(kind: str):
    def case(repository: Repository) -> list:
        server = Endless()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        repository.stream([{"docs/security-review.md": RECORD.format(issues="- #1").encode()}])
        if kind == "github":
            os.environ.update(GITHUB_API_URL=address, GITHUB_GRAPHQL_URL=address + "/graphql", GITHUB_TOKEN="bench")
            return ["--issues", "github:acme/pump"]
        config = repository.folder / "policy.toml"
        more = 'query = "project = SEC"' if kind.startswith("jira") else 'project = "acme/pump"'
        config.write_text(f'[[tracker]]\nkind = "{kind}"\nurl = "{address}"\n{more}\n')
        return ["--config", str(config)]
    case.__doc__ = f"A {kind} whose list of issues has no end."
    return case


class Endless(http.server.ThreadingHTTPServer):
    """Every list has a next page, of issues that nobody has seen before."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    page = 0

    def do_GET(self):
        path = self.path.partition("?")[0]
        type(self).page += 1
        first, words = type(self).page * 100, "Steps to reproduce, what is expected. " * 100
        at, numbers = "2025-01-01T00:00:00Z", range(first, first + 100)
        headers, value = {}, []
        if path.endswith("/field"):
            value = []
        elif path.endswith("/search/jql"):
            value = {"issues": [self.jira(n, words) for n in numbers], "nextPageToken": f"t{first}", "isLast": False}
        elif path.endswith("/search"):
            value = {"issues": [self.jira(n, words) for n in numbers], "total": 10**9, "startAt": 0}
        elif path.endswith("/issues"):
            value = [{"number": n, "iid": n, "project_id": 1, "node_id": f"I_{n}", "title": f"Overflow {n}", "state": "open", "created_at": at,
                      "updated_at": at, "closed_at": None, "labels": [], "user": {"login": "a", "type": "User"},
                      "html_url": f"https://x.example/{n}", "body": words, "description": words} for n in numbers]
            headers["link"] = f'<http://{self.headers["host"]}{path}?cursor={first}>; rel="next"'
        elif path.startswith("/api/v4/projects/"):
            value = {"path_with_namespace": "acme/pump"}
        elif path == "/repos/acme/pump":
            value = {"has_issues": True, "private": False}
        body = json.dumps(value).encode()
        self.send_response(200)
        for name, text in {**headers, "content-type": "application/json", "content-length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        node = {"id": 1, "title": "x", "state": "DETECTED", "severity": "HIGH", "detectedAt": "2025-01-01T00:00:00Z"}
        ids = asked.get("variables", {}).get("ids", [])
        type(self).page += 1
        page = {"pageInfo": {"hasNextPage": True, "endCursor": str(type(self).page)}, "nodes": [node] * 100}
        nodes = [{"id": one, "timelineItems": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}} for one in ids]
        body = json.dumps({"data": {"nodes": nodes, "project": {"vulnerabilities": page}}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def jira(self, number: int, words: str) -> dict:
        return {"key": f"SEC-{number}", "fields": {"summary": f"Overflow {number}", "labels": [], "created": "2025-01-01T00:00:00.000+0000",
                                                   "description": words}}

    def log_message(self, *_):
        pass


def configuration(repository: Repository) -> list:
    """A configuration of 64 MiB."""
    repository.stream([{"lookback.toml": b"# x\n" * (16 << 20)}])
    return []


def device(repository: Repository) -> list:
    """A configuration that never ends."""
    repository.stream([{"docs/security-review.md": RECORD.format(issues="- #1").encode()}])
    return ["--config", "/dev/zero"]


CASES = {"copies": copies, "heavy": heavy, "paths": paths, "issues": issues, "named": named, "folder": folder, "github": tracker("github"),
         "gitlab": tracker("gitlab"), "jira-cloud": tracker("jira-cloud"), "jira-data-center": tracker("jira-data-center"),
         "configuration": configuration, "device": device}


def peak(process: int) -> float:
    """MiB that it held at most."""
    try:
        lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", default="target/release/lookback")
    arguments.add_argument("--factor", type=float, default=1)
    arguments.add_argument("cases", nargs="*", metavar="CASE", help=" ".join(CASES))
    given = arguments.parse_args()
    over = 0
    for name in given.cases or CASES:
        with tempfile.TemporaryDirectory() as kept:
            repository = Repository(pathlib.Path(kept) / "pump.git")
            more = CASES[name](repository)
            for word in [word for word in os.environ if word.startswith(("LOOKBACK", "CI_"))]:
                del os.environ[word]
            line = [given.binary, "check", "--repo", str(repository.folder), "--as-of", DAY, "--format", "json", *more]
            out, said = pathlib.Path(kept) / "report.json", pathlib.Path(kept) / "said"
            start = time.monotonic()
            with out.open("wb") as to, said.open("wb") as errors:
                process = subprocess.Popen(line, stdout=to, stderr=errors)
                mebibytes = 0.0
                # Not `ru_maxrss`: that begins with what this script holds.
                while process.poll() is None:
                    mebibytes = max(mebibytes, peak(process.pid))
                    if time.monotonic() - start > SECONDS * given.factor * 6 or mebibytes > MEBIBYTES * 4:
                        process.kill()
                    time.sleep(0.01)
            seconds, code = time.monotonic() - start, process.returncode
            fits = seconds <= SECONDS * given.factor and mebibytes <= MEBIBYTES and code in (0, 1, 2, 3)
            over += not fits
            print(f"{name:14} {seconds:7.2f} s of {SECONDS * given.factor:g}  {mebibytes:6.0f} MiB of {MEBIBYTES}  exit {code:2}  "
                  f"{'ok' if fits else 'OVER'}   {CASES[name].__doc__.splitlines()[0]}", flush=True)
            report = json.loads(out.read_text()) if code in (0, 1, 3) else {"limits": []}
            for limit in report["limits"][:4]:
                print(f"    {limit['what'][:100]}: {limit['why'][:160]}")
            if code == 2:
                print("    " + said.read_text().strip()[:200])
    return over > 0


if __name__ == "__main__":
    sys.exit(main())
