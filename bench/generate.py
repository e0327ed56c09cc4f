#!/usr/bin/env python3
"""Writes a repository of any size as a `git fast-import` stream to standard output: generate.py COMMITS.

A main line with a side branch merged every 50 commits, a release every 500, a security fix every 400, an ordinary file change in
each commit, and a procedure and yearly reviews in docs/. Same number, same bytes.
"""
import sys

START, STEP = 1_262_304_000, 600  # 2010-01-01, one commit every ten minutes at most


def main(commits: int) -> None:
    out = sys.stdout.buffer
    step = min(STEP, 15 * 365 * 86_400 // commits)
    per_year = 365 * 86_400 // step

    def commit(mark: int, branch: str, message: str, parents: list, files: dict) -> None:
        when = START + mark * step
        text = message.encode()
        out.write(f"commit refs/heads/{branch}\nmark :{mark}\n".encode())
        for role in ("author", "committer"):
            out.write(f"{role} Dev {mark % 40} <dev{mark % 40}@example.com> {when} +0100\n".encode())
        out.write(b"data %d\n%s\n" % (len(text), text))
        for word, parent in zip(("from", "merge"), parents):
            out.write(f"{word} :{parent}\n".encode())
        for path, content in files.items():
            data = content.encode()
            out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        out.write(b"\n")

    head = side = None
    for n in range(1, commits + 1):
        files = {f"src/part{n % 97}/file{n % 13}.c": f"/* change {n} */\n"}
        message = f"part{n % 97}: change {n}\n\nAn ordinary change with a line or two of explanation, as people write them.\n"
        if n % 400 == 0:
            year = 2010 + n * step // (365 * 86_400)
            message = f"fix(security): bounds of part {n % 97}\n\nFixes #{n // 400}\nCVE-{year}-{10_000 + n}\n"
        if n == 1:
            files["docs/security-review-procedure.md"] = (
                "# Security review procedure\n\nThe security response team shall review the management of security issues"
                " at least every 12 months.\n")
        if n % per_year == 0:
            files[f"docs/reviews/review-{n // per_year}.md"] = (
                f"# Security review {n // per_year}\n\nThe review of security issues was held. All of #{n // 400} were examined.\n")
        if n % 50 == 48:
            commit(n, "side", message, [head], files)
            side = n
            continue
        if n % 50 == 0 and side:
            commit(n, "main", f"Merge branch 'side'\n\n{message}", [head, side], files)
        else:
            commit(n, "main", message, [head] if head else [], files)
        head = n
        if n % 500 == 0:
            out.write(f"reset refs/tags/v{n // 50_000}.{n // 500 % 100}.0\nfrom :{n}\n\n".encode())


main(int(sys.argv[1]))
