//! What is looser in one policy than in another: a row for each key of the configuration. Pure. A key whose values cannot be told
//! looser from tighter (a pattern, a column) is told whenever it changes.

use chrono::NaiveDate;
use regex::Regex;

use crate::judge::catalog;
use crate::model::finding::Level;
use crate::model::period::YearStart;
use crate::model::policy::{DeclaredPath, Policy, SubjectRepository, TrackerPolicy, Waiver};
use crate::model::policy_base::Loosened;
use lookback_reading::{DeclaredAs, Location, one_based};

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

struct Diff<'a> {
    before: &'a Policy,
    after: &'a Policy,
    line: &'a dyn Fn(&str) -> Option<usize>,
    new_here: &'a dyn Fn(&str) -> bool,
    found: Vec<Loosened>,
}

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
            let told =
                |policy: &Policy| policy.cadence.fiscal_year_start.map_or_else(|| NONE.to_owned(), YearStart::text);
            d.changed(key, &told(d.before), &told(d.after));
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
    ("issues.files", Some(|d, key| d.lost(key, &d.before.issues.files, &d.after.issues.files))),
    // An hour more or less moves no issue out of the population.
    ("issues.time_zone", None),
    ("issues.date_order", Some(date_order)),
    ("issues.sources", Some(sources)),
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
    ("tracker[].kind", Some(trackers)),
    ("tracker[].url", None),
    ("tracker[].query", None),
    ("tracker[].project", None),
    ("tracker[].vulnerabilities", None),
    ("waiver[].rule", Some(waivers)),
    ("waiver[].subject", None),
    ("waiver[].reason", None),
    ("waiver[].approver", None),
    ("waiver[].expires", None),
];

const NONE: &str = "none";

impl Diff<'_> {
    /// Tells a key, at its line in the text.
    fn tell(&mut self, key: impl Into<String>, before: impl Into<String>, after: impl Into<String>) {
        let key = key.into();
        let line = (self.line)(&key);
        self.tell_at(key, before, after, line);
    }

    fn tell_at(
        &mut self,
        key: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
        line: Option<usize>,
    ) {
        let place = |path: &String| Location { line: line.map(one_based), ..Location::file(path) };
        let location = self.after.origin.as_ref().map(place);
        self.found.push(Loosened { key: key.into(), before: before.into(), after: after.into(), location });
    }

    /// Looser when there is less of it.
    fn fewer<T: PartialOrd + ToString>(&mut self, key: &str, before: T, after: T) {
        if after < before {
            self.tell(key, before.to_string(), after.to_string());
        }
    }

    /// Looser when there is more of it.
    fn more<T: PartialOrd + ToString>(&mut self, key: &str, before: T, after: T) {
        if after > before {
            self.tell(key, before.to_string(), after.to_string());
        }
    }

    fn lost(&mut self, key: &str, before: &[String], after: &[String]) {
        let known = |word: &String| after.iter().any(|other| other.eq_ignore_ascii_case(word));
        for word in before.iter().filter(|word| !known(word)) {
            self.tell(key, format!("with {word}"), "without it");
        }
    }

    fn gained(&mut self, key: &str, before: &[String], after: &[String]) {
        for word in after.iter().filter(|word| !before.contains(word)) {
            self.tell(key, format!("without {word}"), "with it");
        }
    }

    /// A pattern is no looser when it only gains alternatives. Those of paths and titles never look at case.
    fn pattern(&mut self, key: &str, narrow: &Regex, wide: &Regex) {
        let flag = if key.starts_with("releases") { "" } else { "(?i)" };
        let bare = |pattern: &Regex| pattern.as_str().strip_prefix(flag).unwrap_or(pattern.as_str()).to_owned();
        let (old, new) = (bare(narrow), bare(wide));
        let wider = new.starts_with(&format!("{old}|")) || new.ends_with(&format!("|{old}"));
        // What begins behind an open bracket is inside it.
        let whole = wider && old.matches('(').count() == old.matches(')').count();
        if old != new && !whole {
            let (before, after) = if key == "releases.prerelease" { (new, old) } else { (old, new) };
            self.tell(key, format!("'{before}'"), format!("'{after}'"));
        }
    }

    fn changed(&mut self, key: impl Into<String>, before: &str, after: &str) {
        if before != after {
            self.tell(key, before, after);
        }
    }

    /// Days of a target: more of them, or none, are looser.
    fn target(&mut self, key: &str, before: Option<u32>, after: Option<u32>) {
        let Some(days) = before.filter(|days| after.is_none_or(|after| after > *days)) else { return };
        self.tell(key, days.to_string(), after.map_or(NONE.to_owned(), |days| days.to_string()));
    }
}

fn window(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (&d.before.cadence.window, &d.after.cadence.window);
    let probes = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(2023, month, 15));
    if probes.into_iter().any(|held| after.due(held) > before.due(held)) {
        d.tell(key, before.name(), after.name());
    }
}

/// The clock of the first review: it starts later, or nothing starts it.
fn start(d: &mut Diff<'_>, key: &'static str) {
    let word = |day: Option<NaiveDate>| day.map_or(NONE.to_owned(), |day| day.to_string());
    let (before, after) = (d.before.cadence.start, d.after.cadence.start);
    let sooner = matches!((before, after), (Some(before), Some(after)) if after < before);
    if before != after && !sooner {
        d.tell(key, word(before), word(after));
    }
}

fn include(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (&d.before.documents.include, &d.after.documents.include);
    match (before.is_empty(), after.is_empty()) {
        (true, false) => d.tell(key, "everything", after.join(", ")),
        (false, false) => d.lost(key, before, after),
        _ => {}
    }
}

/// Declarations that were not there, and those that now come after others.
fn declared(d: &mut Diff<'_>, _: &'static str) {
    let same = |a: &DeclaredPath, b: &DeclaredPath| a.path == b.path && a.declaration.is == b.declaration.is;
    let (before, after) = (&d.before.documents.declared, &d.after.documents.declared);
    let kept: Vec<&DeclaredPath> = after.iter().filter(|one| before.iter().any(|other| same(one, other))).collect();
    let stood: Vec<&DeclaredPath> = before.iter().filter(|one| after.iter().any(|other| same(one, other))).collect();
    for one in after.iter().filter(|one| !before.iter().any(|other| same(one, other))) {
        let own = one.declaration.is != DeclaredAs::None && (d.new_here)(&one.path);
        if !own {
            let line = one.declaration.at.line.and_then(|line| usize::try_from(line.get()).ok());
            d.tell_at(format!("document {}", one.path), "not declared", one.declaration.is.word(), line);
        }
    }
    if kept.len() == stood.len() && kept.iter().zip(&stood).any(|(one, other)| !same(one, other)) {
        let paths = |list: &[&DeclaredPath]| list.iter().map(|one| one.path.as_str()).collect::<Vec<_>>().join(", ");
        d.tell("document", paths(&stood), paths(&kept));
    }
}

fn tracker_keys(d: &mut Diff<'_>, key: &'static str) {
    let texts = |list: &[Regex]| list.iter().map(|pattern| pattern.as_str().to_owned()).collect::<Vec<_>>();
    d.lost(key, &texts(&d.before.issues.tracker_keys), &texts(&d.after.issues.tracker_keys));
}

fn date_order(d: &mut Diff<'_>, key: &'static str) {
    let (before, after) = (d.before.issues.date_order, d.after.issues.date_order);
    if before.is_some() && before != after {
        let word = |order| format!("{order:?}").to_lowercase();
        d.tell(key, before.map_or_else(String::new, word), after.map_or(NONE.to_owned(), word));
    }
}

/// Where nothing is said, GitHub is asked wherever this matters.
fn sources(d: &mut Diff<'_>, key: &'static str) {
    let named = |policy: &Policy| policy.issues.sources.clone().unwrap_or_else(|| vec!["github".to_owned()]);
    d.lost(key, &named(d.before), &named(d.after));
}

fn kinds(d: &mut Diff<'_>, key: &'static str) {
    let words = |policy: &Policy| policy.issues.github.iter().map(|kind| kind.word().to_owned()).collect::<Vec<_>>();
    d.lost(key, &words(d.before), &words(d.after));
}

/// The value that a table of names gives to one.
fn of<'a, T>(table: &'a [(String, T)], name: &str) -> Option<&'a T> {
    table.iter().find(|(other, _)| other == name).map(|(_, value)| value)
}

/// Names of both tables.
fn names<T>(one: &[(String, T)], other: &[(String, T)]) -> Vec<String> {
    let mut names: Vec<String> = one.iter().chain(other).map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn columns(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (&d.before.issues.columns, &d.after.issues.columns);
    for name in names(before, after) {
        let word = |table| of(table, &name).map_or(NONE, String::as_str);
        d.changed(format!("issues.columns.{name}"), word(before), word(after));
    }
}

/// Whatever is not said to be open may be closed.
fn states(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (&d.before.issues.states, &d.after.issues.states);
    for name in names(before, after) {
        let word = |closed: Option<&bool>| closed.map_or(NONE, |closed| if *closed { "closed" } else { "open" });
        let (was, is) = (of(before, &name), of(after, &name));
        if was != is && is != Some(&false) {
            d.tell(format!("issues.states.{name}"), word(was), word(is));
        }
    }
}

fn resolutions(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (&d.before.issues.resolutions, &d.after.issues.resolutions);
    for name in names(before, after) {
        let word = |table| of(table, &name).map_or(NONE, |kind: &crate::model::evidence::Resolution| kind.word());
        let (was, is) = (word(before), word(after));
        if of(after, &name) != Some(&crate::model::evidence::Resolution::None) {
            d.changed(format!("issues.resolutions.{name}"), was, is);
        }
    }
}

fn targets(d: &mut Diff<'_>, _: &'static str) {
    use crate::model::evidence::Severity::{Critical, High, Low, Medium};
    for severity in [Critical, High, Medium, Low] {
        let (before, after) = (d.before.targets.resolve(Some(severity)), d.after.targets.resolve(Some(severity)));
        d.target(&format!("targets.{}", severity.word()), before, after);
    }
}

fn rules(d: &mut Diff<'_>, _: &'static str) {
    for id in catalog::ids() {
        let own = catalog::find(id).map(|rule| rule.level);
        let level = |policy: &Policy| of(&policy.levels, id).map_or(own, |level| *level);
        let word = |level: Option<Level>| level.map_or("off", Level::word);
        let (before, after) = (level(d.before), level(d.after));
        if after < before {
            d.tell(format!("rules.{id}"), word(before), word(after));
        }
    }
}

fn lane(d: &mut Diff<'_>, key: &'static str) {
    use crate::model::policy::PullRequestLane::{All, Changed, Report};
    let rank = |lane| [Report, Changed, All].iter().position(|other| *other == lane);
    let (before, after) = (d.before.pull_request, d.after.pull_request);
    if rank(after) < rank(before) {
        d.tell(key, before.word(), after.word());
    }
}

fn subjects(d: &mut Diff<'_>, _: &'static str) {
    let tag = |subject: &SubjectRepository| subject.tag.as_ref().map_or(NONE, Regex::as_str).to_owned();
    let (before, after) = (d.before, d.after);
    for subject in &before.subjects {
        let same = |other: &&SubjectRepository| other.repository.eq_ignore_ascii_case(&subject.repository);
        let key = format!("subject {}", subject.repository);
        match after.subjects.iter().find(same) {
            None => d.tell(key, "covered", NONE),
            Some(other) => {
                let path = |subject: &SubjectRepository| subject.path.clone().unwrap_or_else(|| NONE.to_owned());
                for (part, was, is) in [("tag", tag(subject), tag(other)), ("path", path(subject), path(other))] {
                    if was != is {
                        d.tell_at(format!("{key} {part}"), was, is, Some(other.line));
                    }
                }
            }
        }
    }
}

fn trackers(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (d.before, d.after);
    for tracker in &before.trackers {
        let what = |tracker: &TrackerPolicy| format!("{}{}", tracker.query, tracker.project);
        let key = format!("tracker {} {}", tracker.kind.word(), what(tracker));
        let same = |other: &&TrackerPolicy| other.kind == tracker.kind && what(other) == what(tracker);
        let Some(other) = after.trackers.iter().find(same) else {
            d.tell(key, "asked", NONE);
            continue;
        };
        let url = |tracker: &TrackerPolicy| tracker.url.clone().unwrap_or_else(|| NONE.to_owned());
        if url(tracker) != url(other) {
            d.tell_at(format!("{key} url"), url(tracker), url(other), Some(other.line));
        }
        if tracker.vulnerabilities && !other.vulnerabilities {
            d.tell_at(format!("{key} vulnerabilities"), "true", "false", Some(other.line));
        }
    }
}

/// Waivers that no earlier one holds as long and as wide.
fn waivers(d: &mut Diff<'_>, _: &'static str) {
    let (before, after) = (d.before, d.after);
    for waiver in &after.waivers {
        let covers = |other: &&Waiver| {
            let subject = other.subject == "*" || other.subject.eq_ignore_ascii_case(&waiver.subject);
            other.rule == waiver.rule && subject
        };
        let until = before.waivers.iter().filter(covers).map(|other| other.expires).max();
        if until.is_none_or(|until| until < waiver.expires) {
            let before = until.map_or(NONE.to_owned(), |day| format!("until {day}"));
            let key = format!("waiver {} {}", waiver.rule, waiver.subject);
            d.tell_at(key, before, format!("until {}", waiver.expires), Some(waiver.line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keys::keys;
    use crate::config::line::line_of;
    use crate::config::parse::parse;

    fn policy(text: &str) -> Policy {
        parse(text, "lookback.toml", &catalog::ids()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn between(before: &str, after: &str) -> Vec<String> {
        let found = loosened(&policy(before), &policy(after), &|key| line_of(after, key), &|glob| glob == "new.md");
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
            ("", "[issues]\nsources = []", vec!["2:issues.sources: with github -> without it"]),
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
        let inside = "[documents]\npath_signal = '(x|A|(B|C))'";
        assert_eq!(between("[documents]\npath_signal = 'A|(B|C)'", inside).len(), 1, "cannot be told");
    }
}
