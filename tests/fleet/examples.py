"""Runs the commands of the examples from their YAML, against servers on loopback, and compares what comes of them.

usage: examples.py LOOKBACK FOLDER"""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))
import fleet  # noqa: E402

try:
    from ruamel.yaml import YAML
except ImportError:
    sys.exit("skipped: ruamel.yaml is not here")

LOOKBACK, OUT = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "fleet"
REPOSITORIES = 24


def fail(*words: object) -> None:
    sys.exit("FAULT: " + " ".join(str(word) for word in words))


def yaml(name: str) -> list:
    return list(YAML(typ="safe").load_all((EXAMPLES / name).read_text()))


def shell(text: str, folder: pathlib.Path, env: dict[str, str], codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", text], cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        fail(text, done.stdout, done.stderr, done.returncode)
    return done.stdout


def servers() -> dict[str, str]:
    """Repositories, their servers, and an environment in which `docker run … IMAGE` is the program."""
    root = OUT / "srv"
    fleet.Servers.root = root
    fleet.Servers.names = [f"part-{n:04}" for n in range(REPOSITORIES)]
    for n in range(REPOSITORIES):
        fleet.build(root, n, 40)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), fleet.Servers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tools = OUT / "tools"
    tools.mkdir(parents=True)
    # What follows the image is what the program gets; the folder is the one that is mounted.
    (tools / "docker").write_text(f'#!/bin/sh\nwhile [ "$1" != "$IMAGE" ]; do shift; done\nshift\nexec "{LOOKBACK}" "$@"\n')
    (tools / "docker").chmod(0o755)
    (tools / "lookback").symlink_to(LOOKBACK)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    return {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(OUT), "GITHUB_API_URL": address, "GITHUB_TOKEN": "of-the-test", "LC_ALL": "C"}


def value(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda found: known.get(found[1], ""), text)


def steps(job: dict, known: dict[str, str], folder: pathlib.Path, env: dict[str, str], names: tuple[str, ...], codes: tuple[int, ...] = (0,)) -> None:
    for step in job["steps"]:
        if step.get("name") in names:
            more = {key: value(str(text), known) for key, text in step.get("env", {}).items() if key != "GITHUB_TOKEN"}
            shell(value(step["run"], known), folder, {**env, **more}, codes)


def github(env: dict[str, str]) -> pathlib.Path:
    """The matrix, shard by shard, each in a folder of its own as a runner has it."""
    workflow = yaml("github.yml")[0]
    jobs, home = workflow["jobs"], OUT / "github"
    env = {**env, **{key: str(text) for key, text in workflow["env"].items()}}
    plan = home / "plan"
    plan.mkdir(parents=True)
    (plan / "fleet.toml").write_text('publish = "private"\n[[team]]\nname = "Pumps"\nrepositories = ["acme/part-000*"]\n')
    told = home / "output"
    steps(jobs["plan"], {"github.repository_owner": "acme"}, plan, {**env, "GITHUB_OUTPUT": str(told)}, ("Plan",))
    shards = json.loads(told.read_text().partition("matrix=")[2])["shard"]
    if len(shards) != int(env["SHARDS"]):
        fail("the matrix", shards)
    (home / "shards").mkdir()
    for index, shard in enumerate(shards):
        folder = home / f"runner-{index}"
        folder.mkdir()
        shutil.copy(plan / "plan.json", folder)
        steps(jobs["check"], {"matrix.shard": shard}, folder, env, ("Check",))
        shutil.move(folder / "results", home / "shards" / f"results-{index}")
    shell("git init --quiet --bare origin.git && git clone --quiet origin.git repository 2>/dev/null && cd repository"
          " && git -c user.name=a -c user.email=a@example.com commit --quiet --allow-empty -m first && git push --quiet origin HEAD", home, env)
    known = {"steps.merge.outputs.code": ""}
    for night in range(2):
        told.write_text("")
        steps(jobs["merge"], known, home, {**env, "GITHUB_OUTPUT": str(told)}, ("Merge",))
        if "code=1" not in told.read_text():
            fail("overdue repositories fail the night:", told.read_text())
        kept = (home / "repository" / "history.jsonl").read_text()
        shell('cd repository && git add history.jsonl && git -c user.name=a -c user.email=a@example.com commit --quiet --allow-empty -m night'
              " && git push --quiet origin HEAD:fleet-history", home, env)
        if night and kept.count('"kind":"night"') != 1:
            fail("put together twice a night is one night")
    return home / "site"


def kubernetes(env: dict[str, str]) -> pathlib.Path:
    """The three jobs, with a folder for their volume and every completion index."""
    home = OUT / "kubernetes"
    (home / "config").mkdir(parents=True)
    (home / "config" / "fleet.toml").write_text('publish = "private"\n')
    jobs = {one["metadata"]["name"]: one for one in yaml("kubernetes.yaml") if one["kind"] == "Job"}

    def run(name: str, index: int | None, codes: tuple[int, ...] = (0,)) -> None:
        container = jobs[name]["spec"]["template"]["spec"]["containers"][0]
        mounts = {"/fleet": str(home), "/config": str(home / "config")}
        line = [re.sub(r"^(/fleet|/config)\b", lambda found: mounts[found[1]], str(word)) for word in container["args"]]
        more = {} if index is None else {"JOB_COMPLETION_INDEX": str(index)}
        done = subprocess.run([LOOKBACK, *line], cwd=home, env={**env, **more}, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            fail(line, done.stdout, done.stderr)

    run("fleet-plan", None)
    for index in range(jobs["fleet-run"]["spec"]["completions"]):
        run("fleet-run", index)
    run("fleet-merge", None, (1,))
    return home / "site"


def gitlab(env: dict[str, str]) -> None:
    """Its shards and merge; the plan is that of GitHub's mock, for GitLab is asked in a test of its own."""
    pipeline, home = yaml("gitlab.yml")[0], OUT / "gitlab"
    home.mkdir()
    (home / "fleet.toml").write_text('publish = "private"\n')
    shards = pipeline["check"]["parallel"]
    shell(f"lookback fleet plan --org acme --shards {shards} -o plan.json", home, env)
    for index in range(1, shards + 1):
        shell("\n".join(pipeline["check"]["script"]), home, {**env, "CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(shards)})
    shell("\n".join(pipeline["merge"]["script"]), home, env, (1,))


def history(folder: pathlib.Path, site: pathlib.Path) -> None:
    """The count per state that DuckDB reads from the history is the site's."""
    try:
        import duckdb
    except ImportError:
        print("skipped: duckdb is not here")
        return
    page = (pathlib.Path(__file__).parents[2] / "docs" / "fleet.md").read_text()
    query = page.partition("```sql\n")[2].partition("```")[0].replace("history.jsonl", str(folder))
    read = dict(duckdb.sql(query).fetchall())
    counts = json.loads((site / "fleet.json").read_text())["counts"]
    told = {key.replace("_", "-"): n for key, n in counts.items() if n and key != "repositories"}
    if read != told:
        fail("DuckDB counts", read, "and the site", told)
    print("duckdb:", read)
    try:
        import polars
    except ImportError:
        print("skipped: polars is not here")
        return
    last = polars.read_ndjson(folder).filter(polars.col("kind") == "repository").sort("date").group_by("name").last()
    also = dict(last.drop_nulls("state").group_by("state").len().rows())
    if also != told:
        fail("Polars counts", also, "and the site", told)
    print("polars:", also)


def calendar(path: pathlib.Path) -> None:
    try:
        from icalendar import Calendar
    except ImportError:
        print("skipped: icalendar is not here")
        return
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    if len(events) != REPOSITORIES or len({str(one["UID"]) for one in events}) != REPOSITORIES:
        fail("the calendar has", len(events), "events")
    print("icalendar:", len(events), "events")


def main() -> None:
    env = servers()
    one = github(env)
    print("github.yml: 4 shards, each as its runner has it")
    other = kubernetes(env)
    print("kubernetes.yaml: 16 completions")
    gitlab(env)
    print("gitlab.yml: 4 shards")
    pages = [sorted(path.name for path in (site / "repositories").iterdir()) for site in (one, other)]
    if pages[0] != pages[1] or len(pages[0]) != REPOSITORIES:
        fail("the sites have other pages", pages)
    for name in pages[0]:
        if (one / "repositories" / name).read_bytes() != (other / "repositories" / name).read_bytes():
            fail(name, "differs")
    history(OUT / "github" / "repository" / "history.jsonl", one)
    calendar(one / "due.ics")


if __name__ == "__main__":
    main()
