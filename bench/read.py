#!/usr/bin/env python3
"""Measures the reading of documents: a repository of 1,000 Markdown documents of 10 KB, `lookback check` from start to end.

    cargo build --release
    bench/read.py [--documents 1000] [--bytes 10240] [--runs 5]

A quarter each of records, procedures, forms and design notes, no two alike. Prints the median, the peak memory and the time of
the same check without the documents.
"""
import argparse, os, random, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
LOOKBACK = os.path.join(HERE, "..", "target", "release", "lookback")
TARGET = 1.0

RECORD = ["{n} vulnerabilities were reported in the period and all were triaged within {m} days.",
          "Issue #{n} was fixed in version 4.{m}.0 and released to all customers on {date}.",
          "The root cause of CVE-2024-{big} was a missing check that code review did not catch.",
          "We added the parser of interface {n} to the fuzzing plan.", "| #{n} | High | fixed in 4.{m}.1 |",
          "- The owner of action A{n} is the team lead, due {date}."]
PROCEDURE = ["The security team shall review report {n} within {m} days.", "Every vulnerability must be recorded with its severity.",
             "1. Assign an owner and a due date.", "The review shall be held at least once a year.",
             "Records of step {n} shall be kept for {m} years.", "- Notify the product owner of issue #{n}."]
FORM = ["- [ ] Check item {n}", "Reviewer: [name of reviewer {n}]", "Date: YYYY-MM-DD", "| {n} | | | |",
        "Describe what happened in step {n}.", "Result: TBD"]
NOTE = ["The module `part{n}` keeps its state in a table with {m} columns.", "`GET /items/{n}` returns the item as JSON.",
        "The queue is drained every {m} seconds by the worker.", "Users can filter the list by date and owner.",
        "- option `--limit {n}` bounds the answer", "We chose storage {n} because it needs less memory."]


def document(number: int, size: int) -> str:
    pick = random.Random(number)
    kind = number % 4
    title = ["Security defect review", "Vulnerability handling procedure", "Incident form", "Design note"][kind]
    lines = [f"# {title} {number}\n", f"Date: 2024-{1 + number % 12:02}-{1 + number % 28:02}\n"]
    length = 0
    while length < size:
        if len(lines) % 12 == 2:
            lines.append(f"\n## Part {len(lines) // 12}\n")
        text = pick.choice([RECORD, PROCEDURE, FORM, NOTE][kind]).format(
            n=pick.randrange(1, 500), m=pick.randrange(1, 60), big=pick.randrange(1000, 99999),
            date=f"2024-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02}")
        lines.append(text + "\n")
        length += len(text) + 1
    return "\n".join(lines)


def measured(repo: str, runs: int):
    seconds, work, peak = [], [], 0.0
    for number in range(runs + 1):
        start = time.perf_counter()
        child = subprocess.Popen([LOOKBACK, "check", "--offline", "--repo", repo, "--as-of", "2025-01-31"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1, 3):
            sys.exit(f"exit {child.returncode}\n{error.decode(errors='replace')}")
        if number:  # the first run warms the file cache
            seconds.append(time.perf_counter() - start)
            work.append(usage.ru_utime + usage.ru_stime)
            peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(seconds), statistics.median(work), peak


def repository(folder: str, files: dict) -> str:
    work = os.path.join(folder, f"work{len(files)}")
    for path, text in files.items():
        path = os.path.join(work, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    dates = {"GIT_AUTHOR_DATE": "2024-12-31T12:00:00Z", "GIT_COMMITTER_DATE": "2024-12-31T12:00:00Z"}
    git = ["git", "-C", work, "-c", "user.name=Dev", "-c", "user.email=dev@example.com"]
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "documents"]):
        subprocess.run([*git, *command], check=True, env={**os.environ, **dates})
    return work


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=10_240)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lookback-bench-") as folder:
        files = {f"docs/{n % 20}/{n}.md": document(n, arguments.bytes) for n in range(arguments.documents)}
        full, work, memory = measured(repository(folder, files), arguments.runs)
        empty, _, _ = measured(repository(folder, {"src/main.c": "int main(void) { return 0; }\n"}), arguments.runs)
    print(f"{arguments.documents:,} documents of {arguments.bytes:,} bytes, {arguments.runs} runs, {os.cpu_count()} processors")
    print(f"  lookback check   {full:6.2f} s   {memory:5.0f} MiB   (target: {TARGET} s; {work:.2f} s of processor time)")
    print(f"  without them     {empty:6.2f} s")


main()
