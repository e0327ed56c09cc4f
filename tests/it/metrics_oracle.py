"""The numbers of years, counted once more from the list alone: LIST CUT-OFF. Prints JSON: year -> figures."""
import csv, datetime, json, statistics, sys

DAY = datetime.date.fromisoformat
cut = DAY(sys.argv[2])
rows = [(DAY(r["reported"]), DAY(r["announced"])) for r in csv.DictReader(open(sys.argv[1])) if r["reported"]]


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
    return [len(taken), sum(not r for _, r in taken), steps]


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
print(json.dumps({"years": years, "all": everything, "open": sum(a <= cut < b for a, b in rows)}))
