#!/usr/bin/env python3
"""Makes the page on sizing of what `bench/fleet.py --json FILE` measured: no number in it is written by hand.

usage: bench/sizing.py [--measured bench/fleet.json] [--page docs/fleet-sizing.md] [--check]

With --check nothing is written; the exit code tells whether the page is what the measures give."""

import argparse
import json
import pathlib
import sys

FLEETS = (100, 1_000, 10_000, 100_000)
SHARDS, NIGHTS = 256, 365
# Of a usual night so many repositories changed.
CHANGED = 1 / 30


def bytes_of(n: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if n < 1000:
            return f"{n:.0f} {unit}" if n >= 10 or unit == "B" else f"{n:.1f} {unit}"
        n /= 1000
    return f"{n:.1f} TB"


def minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{max(seconds, 0.1):.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def page(measured: dict) -> str:
    cold, same, changed, few = (measured[name] for name in ("cold", "same", "changed", "few"))
    each = {name: one["seconds"] / one["repositories"] for name, one in (("cold", cold), ("same", same), ("changed", changed))}
    # Seconds on processors that do nothing else: what all of it works, shared by them.
    alone = {name: one["work"] / one["repositories"] / measured["processors"] for name, one in (("cold", cold), ("same", same))}
    processor = {name: one["processor"] / one["repositories"] for name, one in (("cold", cold), ("same", same))}
    merge = measured["merge_seconds"] / cold["repositories"]
    out = [
        "# Sizing a fleet",
        "",
        f"Measured by `bench/fleet.py`: {cold['repositories']:.0f} repositories of {measured['commits']} commits, 15 documents, 20 issues and three reviews each, "
        f"served by `git http-backend` on loopback, {measured['processors']} processors that serve as well, `--jobs {measured['jobs']}`, "
        f"{'a release build' if measured['binary'] == 'release' else 'a build for development, which is slower than a release'}, medians of {measured['runs']}. "
        "`bench/sizing.py` computes this page from the file that it writes.",
        "",
        "## One repository",
        "",
        "| | first night | nothing changed |",
        "|---|---:|---:|",
        f"| seconds, servers included | {each['cold']:.3f} | {each['same']:.3f} |",
        f"| seconds of processor, servers included | {cold['work'] / cold['repositories']:.3f} | {same['work'] / same['repositories']:.3f} |",
        f"| seconds of processor of `lookback` and its `git` | {processor['cold']:.3f} | {processor['same']:.3f} |",
        f"| requests of `git` | {cold['http_requests']:.1f} | {same['http_requests']:.1f} |",
        f"| bytes from the server | {bytes_of(cold['http_bytes'])} | {bytes_of(same['http_bytes'])} |",
        f"| in the cache | {bytes_of(cold['cache_bytes'])} | {bytes_of(same['cache_bytes'])} |",
        f"| its report | {bytes_of(cold['report_bytes'])} | {bytes_of(same['report_bytes'])} |",
        f"| its dossier | {bytes_of(measured['site_bytes'] / cold['repositories'])} | – |",
        "",
        f"The largest run took {max(cold['mebibytes'], changed['mebibytes']):.0f} MiB of memory. A night on which one repository in {1 / CHANGED:.0f} changed took {changed['seconds']:.1f} s for all, "
        f"{changed['work']:.1f} s of processor. The machine had a load of {cold['load']:.0f} on {measured['processors']} processors: where that is more than what was measured, other work lengthened "
        "the seconds, and not those of processor. "
        f"For each of {cold['repositories']:.0f} repositories a first night worked {cold['work'] / cold['repositories'] / few['work'] * few['repositories']:.2f} times as long as for each of {few['repositories']:.0f}.",
        "",
        "## A whole fleet",
        "",
        f"Times are seconds of processor, servers included, shared by the processors of a machine that does nothing else. A usual night is one on which one repository in {1 / CHANGED:.0f} changed. Loopback has no latency: over a network the first night takes longer by the time "
        "that the bytes take, a usual one by a round trip for each repository, shared by `--jobs`.",
        "",
        f"| repositories | first night, {measured['processors']} processors | usual night | first night, {SHARDS} shards | usual night, {SHARDS} shards | cache | reports | history of a year | runner minutes, first and usual |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    usual = alone["same"] * (1 - CHANGED) + alone["cold"] * CHANGED
    # Each night a line for the night and one for each repository that changed.
    line = measured["history_bytes"] / (cold["repositories"] + 1)
    for n in FLEETS:
        per_shard = -(-n // SHARDS)
        year = line * (n + NIGHTS * (1 + n * CHANGED))
        runner = [SHARDS * max(1, -(-int(per_shard * one) // 60)) for one in (alone["cold"], usual)]
        out.append(
            f"| {n:,} | {minutes(n * alone['cold'])} | {minutes(n * usual)} | {minutes(per_shard * alone['cold'])} | {minutes(per_shard * usual)} "
            f"| {bytes_of(n * cold['cache_bytes'])} | {bytes_of(n * cold['report_bytes'])} | {bytes_of(year)} | {runner[0]:,} and {runner[1]:,} |")
    first_night, usual_night = measured["issues"]["cold"]["counted"], measured["issues"]["same"]
    out += [
        "",
        f"A job of a hosted runner is counted in whole minutes, so {SHARDS} shards cost at least {SHARDS} minutes: take as many shards as the night needs, and no more. "
        f"A merge takes {merge * 1000:.0f} ms a repository.",
        "",
        "## Requests to a server of issues",
        "",
        "Git transfer does not count against the limit of an API, and neither do answers that did not change (304). Where `issues.sources` names GitHub, a repository "
        f"whose issues fill one page asks {measured['issues']['cold']['requests']:.1f} times on the first night, of which {first_night:.1f} count, and on one on which nothing "
        f"changed {usual_night['requests']:.1f} times, of which {usual_night['counted']:.1f} count. With a limit of 5,000 requests an hour, "
        "and the 15,000 of an App in GitHub Enterprise Cloud, a first night takes at least:",
        "",
        "| repositories | requests of the first night | 5,000 an hour | 15,000 an hour | of a usual night |",
        "|---:|---:|---:|---:|---:|",
    ]
    for n in FLEETS:
        first = round(n * first_night)
        later = round(n * (usual_night["counted"] * (1 - CHANGED) + first_night * CHANGED))
        out.append(f"| {n:,} | {first:,} | {minutes(first / 5000 * 3600) if first > 5000 else 'at once'} | {minutes(first / 15000 * 3600) if first > 15000 else 'at once'} | {later:,} |")
    out += ["", "Shards of one token share its limit: `--requests N` is for all of them, and each gets its part.", ""]
    return "\n".join(out)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--measured", default="bench/fleet.json")
    arguments.add_argument("--page", default="docs/fleet-sizing.md")
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    text = page(json.loads(pathlib.Path(given.measured).read_text()))
    target = pathlib.Path(given.page)
    if given.check:
        if not target.exists() or target.read_text() != text:
            sys.exit(f"{target} is not what {given.measured} gives: run bench/sizing.py")
        return
    target.write_text(text)


if __name__ == "__main__":
    main()
