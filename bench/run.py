#!/usr/bin/env python3
"""Measures Lookback against git itself on the same repositories in the same run; prints medians and ratios.

    cargo build --release
    bench/run.py [--repo GIT_DIR [--issues FILE] [--as-of DATE]] [--sizes 100000,1000000] [--runs 5]

With --repo, the check is compared with `git log -E -i --grep` of the same patterns and, once, with the shell way: that grep, a
`git log --follow` for each document and a `git tag --contains` for each fix. With --sizes, repositories are generated: time
against linear growth, peak memory.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
LOOKBACK = os.path.join(HERE, "..", "target", "release", "lookback")
GREP = (r"CVE-[0-9]|GHSA-|CWE-[0-9]|This reverts commit|security|"
        r"(fix|close|resolve)(es|ed|s|d)?[ :]+(issues? )?([a-z0-9./:-]*#[0-9]|https?://|GH-[0-9])")


def run(command, expected=(0,)):
    """Seconds and peak memory in MiB of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in expected:
        sys.exit(f"{' '.join(command)}: exit {child.returncode}\n{error.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def median(runs, *commands):
    """Medians of several commands, run in turn so that a busy machine hits all alike."""
    for command, expected in commands:
        run(command, expected)  # warms the file cache
    seen = [[] for _ in commands]
    for _ in range(runs):
        for results, (command, expected) in zip(seen, commands):
            results.append(run(command, expected))
    return [(statistics.median(s for s, _ in results), max(m for _, m in results)) for results in seen]


def check(repo, *more):
    return [LOOKBACK, "check", "--offline", "--repo", repo, *more], (0, 1, 3)


def grep(repo, rev="HEAD"):
    return ["git", "-C", repo, "log", "-E", "-i", f"--grep={GREP}", "--format=%H", rev], (0,)


def real(arguments):
    options = [*(["--issues", arguments.issues] if arguments.issues else []),
               *(["--as-of", arguments.as_of] if arguments.as_of else [])]
    (ours, memory), (git, _) = median(arguments.runs, check(arguments.repo, *options), grep(arguments.repo))
    print(f"{arguments.repo}, {arguments.runs} runs")
    print(f"  lookback check        {ours:8.2f} s   {memory:6.0f} MiB")
    print(f"  git log --grep        {git:8.2f} s   lookback takes {ours / git:.2f} x (target: 1.5)")
    report = json.loads(subprocess.run(check(arguments.repo, *options, "--format", "json")[0], capture_output=True).stdout)
    commands = [grep(arguments.repo)]
    for document in report["documents"]:
        commands.append((["git", "-C", arguments.repo, "log", "--follow", "--format=%H", "--", document["path"]], (0,)))
    fixes = {fix for issue in report["issues"] for fix in issue["fix_commits"]}
    for fix in sorted(fixes):
        commands.append((["git", "-C", arguments.repo, "tag", "--contains", fix], (0, 128, 129)))
    shell = sum(run(command, expected)[0] for command, expected in commands)
    print(f"  the shell way         {shell:8.2f} s   {shell / ours:.0f} x lookback (target: 50; {len(report['documents'])} documents, {len(fixes)} fixes)")


def generated(arguments):
    base = None
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="lookback-bench-") as folder:
            repo = os.path.join(folder, "repo.git")
            subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repo], check=True)
            stream = subprocess.Popen([sys.executable, os.path.join(HERE, "generate.py"), str(size)], stdout=subprocess.PIPE)
            subprocess.run(["git", "-C", repo, "fast-import", "--quiet"], stdin=stream.stdout, check=True)
            if stream.wait() != 0:
                sys.exit("generate.py failed")
            (ours, memory), (git, _) = median(arguments.runs, check(repo), grep(repo))
        print(f"generated, {size:,} commits, {arguments.runs} runs")
        print(f"  lookback check        {ours:8.2f} s   {memory:6.0f} MiB (target: 400)")
        print(f"  git log --grep        {git:8.2f} s   lookback takes {ours / git:.2f} x")
        if base:
            print(f"  growth                {ours / base[1] / (size / base[0]):8.2f} x linear from {base[0]:,} (target: 1.3)")
        else:
            base = (size, ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo")
    parser.add_argument("--issues")
    parser.add_argument("--as-of")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if not arguments.repo and not arguments.sizes:
        parser.error("nothing to measure: give --repo or --sizes")
    if arguments.repo:
        real(arguments)
    if arguments.sizes:
        generated(arguments)


main()
