"""Compares the results of a fleet over real repositories with `check --format json` on whole clones of them, byte for byte.

usage: real.py LOOKBACK MOST REPOSITORY…     bare repositories; one that cannot be cloned is left out and named"""

import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import os

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))
import fleet  # noqa: E402

LOOKBACK, MOST, PATHS = sys.argv[1], int(sys.argv[2]), [pathlib.Path(path).resolve() for path in sys.argv[3:]]
DAY = "2026-06-01"
# Larger ones take minutes each.
LARGEST = 12_000_000


def main() -> None:
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    os.environ.update({key: value for key, value in env.items() if key.startswith("GIT_")})
    with tempfile.TemporaryDirectory(prefix="fleet-real-") as folder:
        work = pathlib.Path(folder)
        root = work / "srv"
        (root / "real").mkdir(parents=True)
        fleet.Servers.root = root
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), fleet.Servers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/real"
        names = []
        for at, path in enumerate(PATHS):
            if len(names) >= MOST:
                break
            name = f"r{at}"
            size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            if size > LARGEST:
                continue
            # A copy of its own, so that whether it can filter may be set.
            made = subprocess.run(["git", "clone", "--quiet", "--bare", "--no-hardlinks", str(path), str(root / "real" / f"{name}.git")], env=env, capture_output=True, check=False)
            if made.returncode or not subprocess.run(["git", "-C", str(root / "real" / f"{name}.git"), "rev-parse", "--verify", "-q", "HEAD"], env=env, capture_output=True, check=False).stdout:
                print("left out:", path, made.stderr.decode().strip()[-120:])
                continue
            subprocess.run(["git", "-C", str(root / "real" / f"{name}.git"), "config", "uploadpack.allowFilter", "true" if at % 4 else "false"], env=env, check=True)
            names.append((name, path))
        (work / "list").write_text("".join(f"{base}/{name}.git\n" for name, _ in names))
        subprocess.run([LOOKBACK, "fleet", "plan", "--list", str(work / "list"), "-o", str(work / "plan.json")], env=env, check=True)
        subprocess.run([LOOKBACK, "fleet", "run", str(work / "plan.json"), "--out", str(work / "out"), "--cache", str(work / "cache"), "--as-of", DAY], env=env, check=True)
        reports = {json.loads(path.read_text())["name"]: path for path in (work / "out" / "rows").iterdir()}
        faults = compared = 0
        for name, path in names:
            clone = work / "clones" / name
            # What filters of others would make of a checkout does not matter: the commit is judged.
            cloned = subprocess.run(["git", "clone", "--quiet", "--no-checkout", f"{base}/{name}.git", str(clone)], env=env, capture_output=True, check=False)
            if cloned.returncode:
                print(f"left out {path.parent.name}: it lacks objects, no clone of it is whole; the fleet says", json.loads((work / "out" / "rows" / reports[f"real/{name}"].name).read_text())["outcome"].get("not-checked", {}).get("cause", "checked"))
                continue
            compared += 1
            theirs = subprocess.run([LOOKBACK, "check", "--repo", str(clone), "--as-of", DAY, "--committed", "--format", "json"], env=env, capture_output=True, check=False).stdout
            row = reports[f"real/{name}"]
            ours = work / "out" / "results" / row.name
            same = ours.exists() and ours.read_bytes() == theirs
            cost = json.loads((work / "out" / "costs" / row.name).read_text())
            whole = sum(file.stat().st_size for file in (clone / ".git" / "objects").rglob("*") if file.is_file())
            print(f"{'same ' if same else 'OTHER'} {path.parent.name:50} {cost['bytes']:>10} bytes of {whole:>10}, {cost['transfers']} transfers, {cost['ms']} ms")
            if not same:
                faults += 1
                print(row.read_text()[:600])
        print(f"{compared} repositories, {faults} differ")
        server.shutdown()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
