"""The numbers counted once more, from the list and by git alone: LIST CUT-OFF [CLONE]. Prints JSON: year -> figures, severity -> days from
the report to the announcement, and with a clone of the product days from the report to where the fix landed. Where lifelines is installed
the estimate of who stays open is its own."""
import csv, datetime, json, statistics, subprocess, sys

try:
    from lifelines import KaplanMeierFitter
except ImportError:
    KaplanMeierFitter = None

DAY = datetime.date.fromisoformat
cut = DAY(sys.argv[2])
table = [r for r in csv.DictReader(open(sys.argv[1])) if r["reported"]]
rows = [(DAY(r["reported"]), DAY(r["announced"])) for r in table]


def spread(days):
    days.sort()
    if not days:
        return [0, None, None, None]
    return [len(days), statistics.median(days), days[-(-len(days) * 9 // 10) - 1], round(statistics.fmean(days), 1)]


def survival(cohort, end):
    taken = [((min(b, end) - a).days, b <= end) for a, b in cohort]
    share, steps = 1.0, []
    for day in sorted({t for t, resolved in taken if resolved}):
        at_risk = sum(t >= day for t, _ in taken)
        resolved = sum(t == day and r for t, r in taken)
        share *= 1 - resolved / at_risk
        steps.append([day, at_risk, resolved, share])
    if KaplanMeierFitter and taken:
        fitted = KaplanMeierFitter().fit([t for t, _ in taken], [r for _, r in taken])
        steps = [[day, at_risk, resolved, float(fitted.predict(day))] for day, at_risk, resolved, _ in steps]
    return [len(taken), sum(not r for _, r in taken), steps]


def landed(clone):
    """Days from the report to the committer time of the fix, to the minute; a fix that was there before takes none."""
    named = [(r, r["fix_commit"]) for r in table if r["fix_commit"]]
    log = ["git", "-C", clone, "cat-file", "--batch"]
    objects = subprocess.run(log, input="\n".join(fix for _, fix in named), capture_output=True, text=True, errors="replace")
    times = {}
    for line in objects.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] == "commit":
            commit = words[0]
        elif line.startswith("committer ") and commit not in times:
            times[commit] = int(words[-2])
    found = []
    for r, fix in named:
        full = [commit for commit in times if commit.startswith(fix)]
        reported = datetime.datetime.combine(DAY(r["reported"]), datetime.time(), datetime.timezone.utc).timestamp()
        found += [(r["id"], (times[one] - reported) // 60 / 1440) for one in full]
    before = sorted(name for name, days in found if days < 0)
    one = lambda days: [round(value, 1) if value else value for value in spread(days)]
    return {"days": one([max(0.0, days) for _, days in found]), "before": before}


years = {}
for year in range(1998, cut.year + 1):
    start, end = datetime.date(year, 1, 1), min(cut, datetime.date(year, 12, 31))
    cohort = [(a, b) for a, b in rows if start <= a <= end]
    years[year] = {
        "identified": len(cohort),
        "open": sum(a <= end < b for a, b in rows),
        "resolved": spread([(b - a).days for a, b in rows if start <= b <= end]),
        "survival": survival(cohort, end),
    }
everything = spread([(b - a).days for a, b in rows if b <= cut])
severities = {r["severity"]: [] for r in table}
for r, (a, b) in zip(table, rows):
    severities[r["severity"]] += [(b - a).days] if b <= cut else []
print(json.dumps({
    "years": years,
    "all": everything,
    "open": sum(a <= cut < b for a, b in rows),
    "severities": {name: spread(days) for name, days in severities.items()},
    "landed": landed(sys.argv[3]) if len(sys.argv) > 3 else None,
    "lifelines": KaplanMeierFitter is not None,
}))
