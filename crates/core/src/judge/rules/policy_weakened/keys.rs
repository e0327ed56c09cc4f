//! What is looser in one policy than in another: a row for each key of the configuration. Pure. A key whose values cannot be told
//! looser from tighter (a pattern, a column) is told whenever it changes.

use std::collections::BTreeMap;

use crate::judge::rules::policy_weakened::diff::{Diff, NAMED, NONE};
use crate::judge::rules::policy_weakened::tables::{
    columns, declared, include, kinds, lane, products, resolutions, rules, since, sources, start, states, subjects,
    targets, tracker_keys, trackers, waivers, window,
};
use crate::model::period::YearStart;
use crate::model::policy::Policy;
use crate::model::policy_base::Loosened;
use lookback_reading::count;

/// What the second policy makes looser than the first. `line` finds the line of a key in the second one's text; `new_here` tells
/// whether a glob is about documents that the same change adds or changes: what they are, the change may say.
pub fn loosened(
    before: &Policy,
    after: &Policy,
    line: &dyn Fn(&str) -> Option<usize>,
    new_here: &dyn Fn(&str) -> bool,
) -> Vec<Loosened> {
    let mut diff = Diff { before, after, line, new_here, found: Vec::new() };
    for (key, compare) in ROWS {
        if let Some(compare) = compare {
            compare(&mut diff, key);
        }
    }
    diff.found
}

/// The same with no more than some of each table; the others are counted.
pub fn bounded(found: Vec<Loosened>) -> Vec<Loosened> {
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for one in found {
        let table = TABLES.iter().find(|table| one.key.starts_with(**table));
        let table =
            table.map_or_else(|| one.key.split(' ').next().unwrap_or_default(), |table| table.trim_end_matches('.'));
        let n = told.entry(table.to_owned()).or_default();
        *n += 1;
        if *n <= NAMED {
            kept.push(one);
        }
    }
    let more = told.into_iter().filter(|(_, n)| *n > NAMED);
    kept.extend(more.map(|(key, n)| Loosened {
        key,
        before: "as it is".to_owned(),
        after: format!("looser in {}", count(n - NAMED, "more place")),
        location: None,
    }));
    kept
}

/// Tables whose keys are names of the team's own.
const TABLES: [&str; 3] = ["issues.columns.", "issues.states.", "issues.resolutions."];

type Compare = fn(&mut Diff<'_>, &'static str);

/// Every key of the configuration; `None`: it loosens nothing, whatever it says.
static ROWS: &[(&str, Option<Compare>)] = &[
    ("cadence.window", Some(window)),
    // The plan's name; that one is named is a matter of the window.
    ("cadence.monitoring_plan", None),
    ("cadence.notice_days", Some(|d, key| d.fewer(key, d.before.cadence.notice_days, d.after.cadence.notice_days))),
    ("cadence.start", Some(start)),
    (
        "cadence.backdating_days",
        Some(|d, key| d.more(key, d.before.cadence.backdating_days, d.after.cadence.backdating_days)),
    ),
    (
        "cadence.fiscal_year_start",
        Some(|d, key| {
            let told = |policy: &Policy| policy.cadence.fiscal_year_start.map(YearStart::text);
            d.redefined(key, told(d.before), told(d.after));
        }),
    ),
    (
        "documents.path_signal",
        Some(|d, key| d.pattern(key, &d.before.documents.path_signal, &d.after.documents.path_signal)),
    ),
    ("documents.extensions", Some(|d, key| d.lost(key, &d.before.documents.extensions, &d.after.documents.extensions))),
    ("documents.exclude", Some(|d, key| d.gained(key, &d.before.documents.exclude, &d.after.documents.exclude))),
    ("documents.include", Some(include)),
    (
        "documents.max_size_mib",
        Some(|d, key| d.fewer(key, d.before.documents.max_size >> 20, d.after.documents.max_size >> 20)),
    ),
    ("document[].path", Some(declared)),
    ("document[].is", None),
    ("issues.labels", Some(|d, key| d.lost(key, &d.before.issues.labels, &d.after.issues.labels))),
    ("issues.types", Some(|d, key| d.lost(key, &d.before.issues.types, &d.after.issues.types))),
    ("issues.title", Some(|d, key| d.pattern(key, &d.before.issues.title, &d.after.issues.title))),
    ("issues.tracker_keys", Some(tracker_keys)),
    ("issues.from_history", Some(|d, key| d.fewer(key, d.before.issues.from_history, d.after.issues.from_history))),
    // What is the name of a module is no sign of a security fix.
    ("issues.modules", Some(|d, key| d.gained(key, &d.before.issues.modules, &d.after.issues.modules))),
    ("issues.since", Some(since)),
    ("issues.since_reason", None),
    ("issues.files", Some(|d, key| d.lost(key, &d.before.issues.files, &d.after.issues.files))),
    // Hours decide on which day something happened, and the day in which period; without a zone they are those of UTC.
    (
        "issues.time_zone",
        Some(|d, key| {
            let told = |policy: &Policy| policy.issues.time_zone.map_or(NONE, |zone| zone.name());
            d.changed(key, told(d.before), told(d.after));
        }),
    ),
    (
        "issues.date_order",
        Some(|d, key| {
            let told = |policy: &Policy| policy.issues.date_order.map(|order| format!("{order:?}").to_lowercase());
            d.redefined(key, told(d.before), told(d.after));
        }),
    ),
    ("issues.sources", Some(sources)),
    ("issues.sources_reason", None),
    ("issues.github", Some(kinds)),
    ("issues.columns.<field>", Some(columns)),
    ("issues.states.<state>", Some(states)),
    ("issues.resolutions.<resolution>", Some(resolutions)),
    ("releases.tag", Some(|d, key| d.pattern(key, &d.before.releases.tag, &d.after.releases.tag))),
    // A pre-release is no release: a wider pattern makes fewer of them.
    ("releases.prerelease", Some(|d, key| d.pattern(key, &d.after.releases.prerelease, &d.before.releases.prerelease))),
    ("targets.critical", Some(targets)),
    ("targets.high", None),
    ("targets.medium", None),
    ("targets.low", None),
    ("targets.respond", Some(|d, key| d.target(key, d.before.targets.respond_days, d.after.targets.respond_days))),
    ("rules.<rule>", Some(rules)),
    ("on.pull_request", Some(lane)),
    ("embargo.show", Some(|d, key| d.more(key, d.before.show_embargoed, d.after.show_embargoed))),
    ("github.comment", Some(|d, key| d.fewer(key, d.before.github.comment, d.after.github.comment))),
    ("github.check_run", Some(|d, key| d.fewer(key, d.before.github.check_run, d.after.github.check_run))),
    ("github.reminder", Some(|d, key| d.fewer(key, d.before.github.reminder, d.after.github.reminder))),
    ("github.status", Some(|d, key| d.fewer(key, d.before.github.status, d.after.github.status))),
    // It may be the name of another check.
    ("github.name", Some(|d, key| d.changed(key, &d.before.github.name, &d.after.github.name))),
    ("github.reminder_labels", None),
    ("subject[].repository", Some(subjects)),
    ("subject[].name", None),
    ("subject[].tag", None),
    ("subject[].path", None),
    ("subject[].product", Some(products)),
    ("subject[].purl", None),
    ("subject[].cpe", None),
    ("tracker[].kind", Some(trackers)),
    ("tracker[].url", None),
    ("tracker[].query", None),
    ("tracker[].project", None),
    ("tracker[].vulnerabilities", None),
    ("tracker[].reminder", None),
    ("tracker[].reminder_type", None),
    ("waiver[].rule", Some(waivers)),
    ("waiver[].subject", None),
    ("waiver[].reason", None),
    ("waiver[].approver", None),
    ("waiver[].expires", None),
];

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::config::keys::keys;
    use crate::config::line::KeyLines;
    use crate::config::parse::parse;
    use crate::judge::catalog;

    fn policy(text: &str) -> Policy {
        parse(text, "lookback.toml", &catalog::ids()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn between(before: &str, after: &str) -> Vec<String> {
        let lines = KeyLines::new(after);
        let found = loosened(&policy(before), &policy(after), &|key| lines.of(key), &|glob| glob == "new.md");
        let line = |one: &Loosened| one.location.as_ref().and_then(|at| at.line).map_or(0, std::num::NonZeroU32::get);
        found.iter().map(|one| format!("{}:{}: {} -> {}", line(one), one.key, one.before, one.after)).collect()
    }

    #[test]
    fn every_key_of_the_configuration_is_thought_of() {
        let known: Vec<&str> = ROWS.iter().map(|(key, _)| *key).collect();
        let all: Vec<&str> = keys().map(|key| key.path).collect();
        assert_eq!(known, all, "a key belongs into the table of what loosens a policy, with None where it never does");
    }

    #[test]
    fn looser_is_told_and_tighter_is_not() {
        let waiver = |subject: &str, day: &str| {
            format!(
                "[[waiver]]\nrule = \"review-gap\"\nsubject = \"{subject}\"\nreason = \"r\"\napprover = \"a\"\nexpires = {day}\n"
            )
        };
        let declared = |path: &str, is: &str| format!("[[document]]\npath = \"{path}\"\nis = \"{is}\"\n");
        let two = |one: (&str, &str), other: (&str, &str)| declared(one.0, one.1) + &declared(other.0, other.1);
        let subject = "[[subject]]\nrepository = \"acme/pump\"\n";
        let jira = "[[tracker]]\nkind = \"jira-cloud\"\nquery = \"project = SEC\"\n";
        for (tight, loose, told) in [
            ("[cadence]\nwindow = \"6-months\"", "", vec!["0:cadence.window: 6-months -> 12-months"]),
            ("", "[cadence]\nwindow = \"calendar-year\"", vec!["2:cadence.window: 12-months -> calendar-year"]),
            ("", "[cadence]\nnotice_days = 1", vec!["2:cadence.notice_days: 60 -> 1"]),
            ("", "[cadence]\nbackdating_days = 400", vec!["2:cadence.backdating_days: 60 -> 400"]),
            ("", "[cadence]\nstart = 2027-01-01", vec!["2:cadence.start: none -> 2027-01-01"]),
            (
                "[cadence]\nstart = 2025-01-01",
                "[cadence]\nstart = 2026-01-01",
                vec!["2:cadence.start: 2025-01-01 -> 2026-01-01"],
            ),
            (
                "[documents]\npath_signal = 'A|B'",
                "[documents]\npath_signal = 'A'",
                vec!["2:documents.path_signal: 'A|B' -> 'A'"],
            ),
            (
                "[documents]\nextensions = [\"md\", \"pdf\"]",
                "[documents]\nextensions = [\"md\"]",
                vec!["2:documents.extensions: with pdf -> without it"],
            ),
            (
                "[documents]\nexclude = []",
                "[documents]\nexclude = [\"docs/**\"]",
                vec!["2:documents.exclude: without docs/** -> with it"],
            ),
            ("", "[documents]\ninclude = [\"a/**\"]", vec!["2:documents.include: everything -> a/**"]),
            (
                "[documents]\ninclude = [\"a/**\", \"b/**\"]",
                "[documents]\ninclude = [\"a/**\"]",
                vec!["2:documents.include: with b/** -> without it"],
            ),
            (
                "[issues]\nsince = 2024-01-01\nsince_reason = \"r\"",
                "[issues]\nsince = 2025-01-01\nsince_reason = \"r\"",
                vec!["2:issues.since: 2024-01-01 -> 2025-01-01"],
            ),
            ("", "[documents]\nmax_size_mib = 1", vec!["2:documents.max_size_mib: 16 -> 1"]),
            ("", &declared("a.md", "none"), vec!["1:document a.md: not declared -> none"]),
            ("", &declared("old.md", "review"), vec!["1:document old.md: not declared -> review"]),
            (
                &two(("a.md", "review"), ("*", "none")),
                &two(("*", "none"), ("a.md", "review")),
                vec!["1:document: a.md, * -> *, a.md"],
            ),
            (
                "[issues]\nlabels = [\"security\"]",
                "[issues]\nlabels = []",
                vec!["2:issues.labels: with security -> without it"],
            ),
            ("[issues]\ntypes = [\"Bug\"]", "[issues]\ntypes = []", vec!["2:issues.types: with Bug -> without it"]),
            ("[issues]\ntitle = 'a|b'", "[issues]\ntitle = 'a'", vec!["2:issues.title: 'a|b' -> 'a'"]),
            ("[issues]\ntracker_keys = ['SEC-\\d+']", "", vec!["0:issues.tracker_keys: with SEC-\\d+ -> without it"]),
            ("", "[issues]\nfrom_history = false", vec!["2:issues.from_history: true -> false"]),
            ("[issues]\nfiles = [\"a.csv\"]", "[issues]\nfiles = []", vec!["2:issues.files: with a.csv -> without it"]),
            (
                "[issues]\ndate_order = \"dmy\"",
                "[issues]\ndate_order = \"mdy\"",
                vec!["2:issues.date_order: dmy -> mdy"],
            ),
            (
                "[issues]\ntime_zone = \"Europe/Berlin\"",
                "[issues]\ntime_zone = \"Pacific/Kiritimati\"",
                vec!["2:issues.time_zone: Europe/Berlin -> Pacific/Kiritimati"],
            ),
            ("", "[issues]\ntime_zone = \"Asia/Tokyo\"", vec!["2:issues.time_zone: none -> Asia/Tokyo"]),
            (
                "[cadence]\nfiscal_year_start = \"04-01\"",
                "[cadence]\nfiscal_year_start = \"10-01\"",
                vec!["2:cadence.fiscal_year_start: 04-01 -> 10-01"],
            ),
            ("", "[issues]\nsources = []", vec!["2:issues.sources: with github -> without it"]),
            ("[issues]\nsources = [\"github\"]", "", vec!["0:issues.sources: with github -> without it"]),
            (
                "",
                "[documents]\nexclude = [\"a/**\", \"b/**\"]",
                vec!["2:documents.exclude: without a/**, b/** -> with them"],
            ),
            (
                "[issues]\ngithub = [\"issues\", \"dependabot\"]",
                "[issues]\ngithub = [\"issues\"]",
                vec!["2:issues.github: with dependabot -> without it"],
            ),
            ("", "[issues.columns]\nopened = \"X\"", vec!["2:issues.columns.opened: none -> X"]),
            (
                "[issues.states]\nDone = \"open\"",
                "[issues.states]\nDone = \"closed\"",
                vec!["2:issues.states.Done: open -> closed"],
            ),
            ("", "[issues.resolutions]\nGone = \"fixed\"", vec!["2:issues.resolutions.Gone: none -> fixed"]),
            ("[releases]\ntag = 'v.*|r.*'", "[releases]\ntag = 'v.*'", vec!["2:releases.tag: 'v.*|r.*' -> 'v.*'"]),
            (
                "[releases]\nprerelease = 'rc'",
                "[releases]\nprerelease = 'rc|v.*'",
                vec!["2:releases.prerelease: 'rc' -> 'rc|v.*'"],
            ),
            ("[targets]\nhigh = 30", "[targets]\nhigh = 60", vec!["2:targets.high: 30 -> 60"]),
            (
                "[targets]\ncritical = 1\nrespond = 5",
                "",
                vec!["0:targets.critical: 1 -> none", "0:targets.respond: 5 -> none"],
            ),
            ("", "[rules]\nreview-overdue = \"off\"", vec!["2:rules.review-overdue: error -> off"]),
            ("[rules]\nreview-gap = \"error\"", "", vec!["0:rules.review-gap: error -> warning"]),
            ("", "[rules]\npolicy-weakened = \"note\"", vec!["2:rules.policy-weakened: error -> note"]),
            ("", "[on]\npull_request = \"report\"", vec!["2:on.pull_request: changed -> report"]),
            ("[on]\npull_request = \"all\"", "", vec!["0:on.pull_request: all -> changed"]),
            ("", "[embargo]\nshow = true", vec!["2:embargo.show: false -> true"]),
            (
                "[github]\ncheck_run = true\nreminder = true",
                "[github]\nname = \"CI / build\"",
                vec![
                    "1:github.check_run: true -> false",
                    "1:github.reminder: true -> false",
                    "2:github.name: Lookback -> CI / build",
                ],
            ),
            (subject, "", vec!["0:subject acme/pump: covered -> none"]),
            ("", "[[subject]]\nproduct = \"Pump\"\n", vec!["0:subject product: all -> Pump"]),
            (subject, &format!("{subject}path = \"../x\"\n"), vec!["1:subject acme/pump path: none -> ../x"]),
            (jira, "", vec!["0:tracker jira-cloud project = SEC: asked -> none"]),
            (
                jira,
                &format!("{jira}url = \"https://evil.example\"\n"),
                vec!["1:tracker jira-cloud project = SEC url: none -> https://evil.example"],
            ),
            ("", &waiver("*", "2027-01-01"), vec!["1:waiver review-gap *: none -> until 2027-01-01"]),
            (
                &waiver("#1", "2026-01-01"),
                &waiver("#1", "2027-01-01"),
                vec!["1:waiver review-gap #1: until 2026-01-01 -> until 2027-01-01"],
            ),
        ] {
            assert_eq!(between(tight, loose), told, "{loose}");
            assert_eq!(between(tight, tight), Vec::<String>::new(), "{tight}");
            // The other way round it is tighter, where that can be told.
            let unsure = [
                "github.check_run",
                "columns",
                "date_order",
                "start",
                "name",
                "subject",
                "url",
                "resolutions",
                "document:",
                "time_zone",
                "fiscal_year_start",
                "without a/**, b/**",
            ];
            if !unsure.iter().any(|key| told[0].contains(key)) {
                assert_eq!(between(loose, tight), Vec::<String>::new(), "{loose}");
            }
        }
    }

    #[test]
    fn what_a_change_says_of_its_own_documents_and_narrower_waivers_are_no_loosening() {
        let declared = "[[document]]\npath = \"new.md\"\nis = \"review\"\n";
        assert_eq!(between("", declared), Vec::<String>::new());
        assert_eq!(between("", &declared.replace("review", "none")).len(), 1);
        let waiver = "[[waiver]]\nrule = \"review-gap\"\nsubject = \"*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n";
        assert_eq!(between(waiver, &waiver.replace('*', "#1")), Vec::<String>::new());
        assert_eq!(between(waiver, &waiver.replace("2027", "2026")), Vec::<String>::new());
        let wider = "[documents]\npath_signal = 'A|(B|C)|D'";
        assert_eq!(between("[documents]\npath_signal = 'A|(B|C)'", wider), Vec::<String>::new());
        for (key, old) in [("documents", "path_signal"), ("issues", "title"), ("releases", "tag")] {
            let pattern = |text: &str| format!("[{key}]\n{old} = '{text}'");
            assert_eq!(between(&pattern("A"), &pattern("A|B")), Vec::<String>::new());
            // A class, flags and a comment take the old one out of force.
            for new in ["[x|A]|A", "(?x)B # |A", "B|A", "A|(?-i)b", "[x|A"] {
                let sound = Regex::new(new).is_ok();
                assert!(!sound || between(&pattern("A"), &pattern(new)).len() == 1, "{new}");
            }
        }
        let first = ["[cadence]\nfiscal_year_start = \"04-01\"", "[issues]\ndate_order = \"dmy\""];
        for config in first {
            assert_eq!(between("", config), Vec::<String>::new(), "what was not read before is read");
        }
        let inside = "[documents]\npath_signal = '(x|A|(B|C))'";
        assert_eq!(between("[documents]\npath_signal = 'A|(B|C)'", inside).len(), 1, "cannot be told");
    }

    /// Thousands of each table: what is told is short, and takes no long time.
    #[test]
    fn a_hostile_configuration_is_told_in_few_words_and_little_time() {
        let many = |one: &dyn Fn(usize) -> String| (0..4000).map(one).collect::<String>();
        let waivers = many(&|n| {
            format!(
                "[[waiver]]\nrule = \"review-gap\"\nsubject = \"{n}\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n"
            )
        });
        let documents = many(&|n| format!("[[document]]\npath = \"d{n}.md\"\nis = \"review\"\n"));
        let states = format!("[issues.states]\n{}", many(&|n| format!("s{n} = \"closed\"\n")));
        let globs = many(&|n| format!("\"e{n}/**\","));
        let text = format!("[documents]\nexclude = [{globs}]\n{states}{waivers}{documents}");
        let (before, after, lines) = (Policy::default(), policy(&text), KeyLines::new(&text));
        let found = bounded(loosened(&before, &after, &|key| lines.of(key), &|_| false));
        let of = |key: &str| found.iter().filter(|one| one.key.starts_with(key)).collect::<Vec<_>>();
        for (key, told) in [("waiver", 21), ("document ", 20), ("issues.states", 21), ("documents.exclude", 1)] {
            assert_eq!(of(key).len(), told, "{key}");
        }
        assert_eq!(of("waiver").last().unwrap().after, "looser in 3980 more places");
        assert!(of("documents.exclude")[0].before.ends_with("e19/** and 3980 more"), "{:?}", of("documents.exclude"));
    }
}
