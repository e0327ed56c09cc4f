//! The one table of configuration keys: what each is called, takes, means and defaults to, and how it is set. The commented
//! file of `init`, the documentation and the list of allowed keys derive from it.

use toml::de::DeTable;

use crate::config::checks::texts;
use crate::config::walk::{Entry, Walk, clean, one_of};
use crate::model::evidence::{Resolution, Severity};
use crate::model::finding::Level;
use crate::model::period::Window;
use crate::model::policy::{ISSUE_COLUMNS, Policy, PullRequestLane, SubjectRepository, Waiver};
use lookback_reading::shorten;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in quotes.
    Text,
    /// A list of texts.
    Texts,
    /// A regular expression.
    Pattern,
    /// A list of regular expressions.
    Patterns,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// `YYYY-MM-DD`, in quotes or not.
    Date,
    /// One of the words that the key names.
    Choice,
}

impl Kind {
    /// The word for the documentation.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Texts => "list of texts",
            Kind::Pattern => "regular expression",
            Kind::Patterns => "list of regular expressions",
            Kind::Number => "whole number",
            Kind::Flag => "true or false",
            Kind::Date => "date",
            Kind::Choice => "choice",
        }
    }
}

/// One key of the configuration.
pub struct Key {
    /// `table.key`; `table[].key` in an array of tables; `table.<what>` where any such name is a key.
    pub path: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The default in TOML, from the policy's own; empty where there is none.
    default: fn(&Policy) -> String,
    /// A value that is allowed, in TOML; for keys without a default.
    pub example: &'static str,
    /// What it means, in a sentence or two.
    pub says: &'static str,
    /// Reads the value into the policy.
    pub set: fn(&mut Walk<'_>, &mut Policy, &Entry<'_>),
}

impl Key {
    /// The default in TOML notation; `None` where there is none.
    pub fn default(&self) -> Option<String> {
        Some((self.default)(&Policy::default())).filter(|text| !text.is_empty())
    }

    /// The table that it belongs to (`issues.columns`, `waiver[]`) and its name there.
    pub fn split(&self) -> (&'static str, &'static str) {
        self.path.rsplit_once('.').unwrap_or(("", self.path))
    }

    /// Is any key directly under the prefix (`rules.`) this row's?
    pub fn takes_any_under(&self, prefix: &str) -> bool {
        self.path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('<'))
    }
}

/// All keys, in the order in which they are written and documented.
pub static KEYS: &[Key] = &[
    Key {
        path: "cadence.window",
        kind: Kind::Choice,
        default: |p| quoted(&p.cadence.window.name()),
        example: r#""12-months""#,
        says: "How long a held review holds: \"N-months\" (1 to 12), \"N-days\" (1 to 366), \"calendar-year\", or \"iso13485-4.1.3\", which needs monitoring_plan. A shorter interval stated in the procedure wins.",
        set: |w, p, e| {
            p.cadence.window_line = Some(w.places.of(e.at).0);
            if let Some(window) = w.window(e) {
                p.cadence.window = window;
            }
        },
    },
    Key {
        path: "cadence.monitoring_plan",
        kind: Kind::Text,
        default: nothing,
        example: r#""MMP-001""#,
        says: "Path or id of the monitoring and measurement plan (ISO 13485 4.1.3) that holds the review; required with window = \"iso13485-4.1.3\", not allowed without it.",
        set: |w, p, e| {
            let plan = w.text(e, r#"monitoring_plan = "MMP-001""#);
            if let (Some(text), Window::Iso13485 { plan }) = (plan, &mut p.cadence.window) {
                *plan = text;
            }
        },
    },
    Key {
        path: "cadence.notice_days",
        kind: Kind::Number,
        default: |p| p.cadence.notice_days.to_string(),
        example: "60",
        says: "Days before the due date from which a review counts as due soon.",
        set: |w, p, e| set(&mut p.cadence.notice_days, w.number(e, 0, 366, "days")),
    },
    Key {
        path: "cadence.start",
        kind: Kind::Date,
        default: nothing,
        example: "2025-01-01",
        says: "The clock of the first review starts here, or at the first release where that is later.",
        set: |w, p, e| p.cadence.start = w.date(e).or(p.cadence.start),
    },
    Key {
        path: "cadence.backdating_days",
        kind: Kind::Number,
        default: |p| p.cadence.backdating_days.to_string(),
        example: "90",
        says: "Days between the date held and the commit of the record before the record counts as backdated.",
        set: |w, p, e| set(&mut p.cadence.backdating_days, w.number(e, 0, 3660, "days")),
    },
    Key {
        path: "documents.path_signal",
        kind: Kind::Pattern,
        default: |p| quoted(p.documents.path_signal.as_str().trim_start_matches("(?i)")),
        example: "'Security.*Review'",
        says: "Paths that match, without regard to case, are expected to be evidence.",
        set: |w, p, e| set(&mut p.documents.path_signal, w.pattern(e, true, "path_signal = 'Security.*Review'")),
    },
    Key {
        path: "documents.extensions",
        kind: Kind::Texts,
        default: |p| list(&p.documents.extensions),
        example: r#"["md", "pdf"]"#,
        says: "File name extensions of documents.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"extensions = ["md", "pdf"]"#) {
                p.documents.extensions = w.extensions(found);
            }
        },
    },
    Key {
        path: "documents.exclude",
        kind: Kind::Texts,
        default: |p| list(&p.documents.exclude),
        example: r#"["**/vendor/**"]"#,
        says: "Globs of paths that hold no documents of your own. Replaces the default list.",
        set: |w, p, e| set(&mut p.documents.exclude, w.globs(e)),
    },
    Key {
        path: "documents.include",
        kind: Kind::Texts,
        default: |p| list(&p.documents.include),
        example: r#"["docs/**"]"#,
        says: "Globs; when there are any, only documents that match one are read.",
        set: |w, p, e| set(&mut p.documents.include, w.globs(e)),
    },
    Key {
        path: "documents.max_size_mib",
        kind: Kind::Number,
        default: |p| (p.documents.max_size >> 20).to_string(),
        example: "16",
        says: "Larger documents, in MiB, are not read but listed as a limit.",
        set: |w, p, e| set(&mut p.documents.max_size, w.number(e, 1, 1024, "MiB").map(|n| u64::from(n) << 20)),
    },
    Key {
        path: "issues.labels",
        kind: Kind::Texts,
        default: |p| list(&p.issues.labels),
        example: r#"["security"]"#,
        says: "Labels of security issues, compared without case; the part after `:` or `/` counts too (`kind/security`).",
        set: |w, p, e| set(&mut p.issues.labels, w.list(e, r#"labels = ["security"]"#).map(texts)),
    },
    Key {
        path: "issues.types",
        kind: Kind::Texts,
        default: |p| list(&p.issues.types),
        example: r#"["Security"]"#,
        says: "Types of security issues, on trackers that have types (GitHub), compared without case.",
        set: |w, p, e| set(&mut p.issues.types, w.list(e, r#"types = ["Security"]"#).map(texts)),
    },
    Key {
        path: "issues.title",
        kind: Kind::Pattern,
        default: |p| quoted(p.issues.title.as_str()),
        example: "'vulnerability'",
        says: "A title that matches, without regard to case, makes an issue a security issue.",
        set: |w, p, e| set(&mut p.issues.title, w.pattern(e, true, "title = 'vulnerability'")),
    },
    Key {
        path: "issues.tracker_keys",
        kind: Kind::Patterns,
        default: |_| "[]".to_owned(),
        example: r"['SEC-\d+']",
        says: "Patterns of tracker keys: every such key, also in a commit message, is a security issue.",
        set: |w, p, e| {
            let Some(found) = w.list(e, r"tracker_keys = ['SEC-\d+']") else { return };
            p.issues.tracker_keys = found.iter().filter_map(|(at, text)| w.compile(e.name, *at, text, false)).collect();
        },
    },
    Key {
        path: "issues.from_history",
        kind: Kind::Flag,
        default: |p| p.issues.from_history.to_string(),
        example: "true",
        says: "Are security fixes that commit messages name a source of issues?",
        set: |w, p, e| set(&mut p.issues.from_history, w.flag(e)),
    },
    Key {
        path: "issues.files",
        kind: Kind::Texts,
        default: |p| list(&p.issues.files),
        example: r#"["docs/security/issues.csv"]"#,
        says: "Issue files, relative to the repository: JSON of GitHub, Jira, GitLab, CSAF, OpenVEX, OSV or CycloneDX, or CSV.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"files = ["docs/issues.csv"]"#) {
                p.issues.files = w.inside(found);
            }
        },
    },
    Key {
        path: "issues.time_zone",
        kind: Kind::Text,
        default: nothing,
        example: r#""Europe/Berlin""#,
        says: "The zone of times in issue files that name none, such as Jira's CSV, by its IANA name. Without it they are read as UTC.",
        set: |w, p, e| {
            if let Some(name) = w.text(e, r#"time_zone = "Europe/Berlin""#) {
                p.issues.time_zone = w.time_zone(e, &name);
            }
        },
    },
    Key {
        path: "issues.sources",
        kind: Kind::Texts,
        default: nothing,
        example: r#"["github"]"#,
        says: "Trackers to ask over the network: \"github\" (this repository and every [[subject]]) or \"github:owner/name\"; [] asks none. In GitHub Actions the default is [\"github\"], elsewhere [].",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"sources = ["github"]"#) {
                p.issues.sources = Some(w.sources(found));
            }
        },
    },
    Key {
        path: "issues.github",
        kind: Kind::Texts,
        default: |p| list(&p.issues.github.iter().map(|kind| kind.word().to_owned()).collect::<Vec<_>>()),
        example: r#"["issues", "advisories"]"#,
        says: "What is read of GitHub: \"issues\", \"advisories\", \"dependabot\", \"code-scanning\", \"secret-scanning\". Leave out what the team does not use, and say so in the procedure.",
        set: |w, p, e| {
            if let Some(found) = w.list(e, r#"github = ["issues", "advisories"]"#) {
                p.issues.github = w.github_kinds(found);
            }
        },
    },
    Key {
        path: "issues.columns.<field>",
        kind: Kind::Text,
        default: nothing,
        example: r#"opened = "Gemeldet am""#,
        says: "The CSV column that holds a field, where its header is not one of the common names.",
        set: |w, p, e| {
            if !ISSUE_COLUMNS.contains(&e.name) {
                let help = one_of(e.name, &ISSUE_COLUMNS, "fields");
                w.error_at(e.at, format!("there is no field `{}` of an issue", clean(e.name)), help);
            } else if let Some(header) = w.text(e, r#"opened = "Created""#) {
                p.issues.columns.push((e.name.to_owned(), header));
            }
        },
    },
    Key {
        path: "issues.states.<state>",
        kind: Kind::Choice,
        default: nothing,
        example: r#"Monitoring = "closed""#,
        says: "Whether issues in a state of your tracker are \"open\" or \"closed\", where its name is not one of the common ones.",
        set: |w, p, e| {
            if let Some(closed) = w.choice(e, &[("open", false), ("closed", true)]) {
                p.issues.states.push((e.name.to_owned(), closed));
            }
        },
    },
    Key {
        path: "issues.resolutions.<resolution>",
        kind: Kind::Choice,
        default: nothing,
        example: r#"Retired = "accepted""#,
        says: "What a resolution (or the reason of a dismissal) of your tracker means: \"fixed\", \"mitigated\", \"accepted\", \"not-affected\", \"duplicate\" or \"none\". It comes before the common words.",
        set: |w, p, e| {
            let kinds = [
                ("fixed", Resolution::Fixed),
                ("mitigated", Resolution::Mitigated),
                ("accepted", Resolution::Accepted),
                ("not-affected", Resolution::NotAffected),
                ("duplicate", Resolution::Duplicate),
                ("none", Resolution::None),
            ];
            if let Some(kind) = w.choice(e, &kinds) {
                p.issues.resolutions.push((e.name.to_owned(), kind));
            }
        },
    },
    Key {
        path: "releases.tag",
        kind: Kind::Pattern,
        default: |p| quoted(p.releases.tag.as_str()),
        example: r"'^v\d+\.\d+\.\d+$'",
        says: "Tags that match are releases.",
        set: |w, p, e| set(&mut p.releases.tag, w.pattern(e, false, r"tag = '^v\d+\.\d+\.\d+$'")),
    },
    Key {
        path: "releases.prerelease",
        kind: Kind::Pattern,
        default: |p| quoted(p.releases.prerelease.as_str()),
        example: r"'-rc\d+$'",
        says: "Of these, tags that match are pre-releases and do not count.",
        set: |w, p, e| set(&mut p.releases.prerelease, w.pattern(e, false, r"prerelease = '-rc\d+$'")),
    },
    target(
        "targets.critical",
        "14",
        "Days from the report of a critical issue to its verified fix: your own target.",
        |w, p, e| {
            w.target(p, e, Severity::Critical);
        },
    ),
    target("targets.high", "30", "The same for high severity.", |w, p, e| w.target(p, e, Severity::High)),
    target("targets.medium", "90", "The same for medium severity.", |w, p, e| w.target(p, e, Severity::Medium)),
    target("targets.low", "180", "The same for low severity.", |w, p, e| w.target(p, e, Severity::Low)),
    target("targets.respond", "5", "Days to the first response, for all issues.", |w, p, e| {
        p.targets.line = Some(first_line(p.targets.line, w, e));
        p.targets.respond_days = w.number(e, 0, 3660, "days").or(p.targets.respond_days);
    }),
    Key {
        path: "rules.<rule>",
        kind: Kind::Choice,
        default: nothing,
        example: r#"review-hollow = "error""#,
        says: "The level of a rule: \"error\", \"warning\", \"note\" or \"off\". `lookback explain` lists the rules.",
        set: |w, p, e| {
            let levels = [
                ("error", Some(Level::Error)),
                ("warning", Some(Level::Warning)),
                ("note", Some(Level::Note)),
                ("off", None),
            ];
            let known = w.rule(e.at, e.name);
            if let Some(level) = w.choice(e, &levels).filter(|_| known) {
                p.levels.push((e.name.to_owned(), level));
            }
        },
    },
    Key {
        path: "on.pull_request",
        kind: Kind::Choice,
        default: |_| quoted("changed"),
        example: r#""changed""#,
        says: "What fails a pull request: \"changed\" (faults in what it changes), \"all\", or \"report\" (nothing).",
        set: |w, p, e| {
            let lanes = [
                ("changed", PullRequestLane::Changed),
                ("all", PullRequestLane::All),
                ("report", PullRequestLane::Report),
            ];
            set(&mut p.pull_request, w.choice(e, &lanes));
        },
    },
    Key {
        path: "embargo.show",
        kind: Kind::Flag,
        default: |p| p.show_embargoed.to_string(),
        example: "true",
        says: "Show title and details of draft advisories and alerts also where the repository is public, or not known to be private.",
        set: |w, p, e| set(&mut p.show_embargoed, w.flag(e)),
    },
    Key {
        path: "github.comment",
        kind: Kind::Flag,
        default: |p| p.github.comment.to_string(),
        example: "true",
        says: "Keep one comment on each pull request, as `check --comment` does.",
        set: |w, p, e| set(&mut p.github.comment, w.flag(e)),
    },
    Key {
        path: "github.check_run",
        kind: Kind::Flag,
        default: |p| p.github.check_run.to_string(),
        example: "true",
        says: "Write a check run with annotations, as `check --check-run` does.",
        set: |w, p, e| set(&mut p.github.check_run, w.flag(e)),
    },
    Key {
        path: "github.reminder",
        kind: Kind::Flag,
        default: |p| p.github.reminder.to_string(),
        example: "true",
        says: "Keep one reminder issue while a review is due, as `check --reminder` does.",
        set: |w, p, e| set(&mut p.github.reminder, w.flag(e)),
    },
    Key {
        path: "github.status",
        kind: Kind::Flag,
        default: |p| p.github.status.to_string(),
        example: "true",
        says: "Write a commit status where there is no check run, as `check --status` does.",
        set: |w, p, e| set(&mut p.github.status, w.flag(e)),
    },
    Key {
        path: "github.name",
        kind: Kind::Text,
        default: |p| quoted(&p.github.name),
        example: r#""Lookback""#,
        says: "Name of the check run and of the status; comments and reminders of several configurations are told apart by it.",
        set: |w, p, e| set(&mut p.github.name, w.text(e, r#"name = "Lookback""#).map(|name| shorten(&name, 100))),
    },
    Key {
        path: "github.reminder_labels",
        kind: Kind::Texts,
        default: |p| list(&p.github.reminder_labels),
        example: r#"["security-review"]"#,
        says: "Labels that the reminder issue gets when it is opened.",
        set: |w, p, e| {
            set(&mut p.github.reminder_labels, w.list(e, r#"reminder_labels = ["security-review"]"#).map(texts));
        },
    },
    part(
        "subject[].repository",
        Kind::Text,
        r#""owner/product""#,
        "A repository whose issues and releases the reviews kept here cover.",
    ),
    part(
        "subject[].name",
        Kind::Text,
        r#""Infusion pump""#,
        "The product's name in reports; the repository's where not given.",
    ),
    part(
        "subject[].tag",
        Kind::Pattern,
        r"'^v\d+\.\d+\.\d+$'",
        "Its own release pattern, where that of [releases] does not fit.",
    ),
    part(
        "subject[].path",
        Kind::Text,
        r#""../product""#,
        "A clone of it, relative to the root of this repository: its history and releases are read there, without network.",
    ),
    part(
        "tracker[].kind",
        Kind::Choice,
        r#""jira-cloud""#,
        "A tracker that is asked for issues: \"jira-cloud\", \"jira-data-center\" or \"gitlab\". Tokens come from the environment only (JIRA_TOKEN, JIRA_EMAIL, GITLAB_TOKEN), and go only to the address that JIRA_URL or GITLAB_URL names.",
    ),
    part(
        "tracker[].url",
        Kind::Text,
        r#""https://acme.atlassian.net""#,
        "Its address; else that of JIRA_URL or GITLAB_URL.",
    ),
    part("tracker[].query", Kind::Text, r#""project = SEC""#, "Jira: the JQL that finds the issues; required there."),
    part("tracker[].project", Kind::Text, r#""group/project""#, "GitLab: the project; required there."),
    part(
        "tracker[].vulnerabilities",
        Kind::Flag,
        "true",
        "GitLab: ask for the vulnerability report too; true unless set.",
    ),
    part("waiver[].rule", Kind::Text, r#""issue-not-examined""#, "The rule whose finding somebody answers for."),
    part("waiver[].subject", Kind::Text, r##""#12""##, "What the finding is about: an issue id, a path, or \"*\"."),
    part("waiver[].reason", Kind::Text, r#""Examined in the risk file RMF-7.""#, "Why it is acceptable."),
    part("waiver[].approver", Kind::Text, r#""Jane Doe, QA""#, "Who answers for it."),
    part("waiver[].expires", Kind::Date, "2026-12-31", "The last day on which it holds."),
];

type Set = fn(&mut Walk<'_>, &mut Policy, &Entry<'_>);

const fn target(path: &'static str, example: &'static str, says: &'static str, set: Set) -> Key {
    Key { path, kind: Kind::Number, default: nothing, example, says, set }
}

/// A key inside an array of tables; [`item`] reads them together.
const fn part(path: &'static str, kind: Kind, example: &'static str, says: &'static str) -> Key {
    Key { path, kind, default: nothing, example, says, set: |_, _, _| () }
}

fn nothing(_: &Policy) -> String {
    String::new()
}

fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

/// A TOML text: literal where possible, so that backslashes stay single.
fn quoted(text: &str) -> String {
    if text.contains('\\') && !text.contains(['\'', '\n']) {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

fn first_line(line: Option<usize>, walk: &Walk<'_>, entry: &Entry<'_>) -> usize {
    let here = walk.places.of(entry.at).0;
    line.map_or(here, |line| line.min(here))
}

impl Walk<'_> {
    fn target(&mut self, policy: &mut Policy, entry: &Entry<'_>, severity: Severity) {
        policy.targets.line = Some(first_line(policy.targets.line, self, entry));
        if let Some(days) = self.number(entry, 0, 3660, "days") {
            policy.targets.resolve_days.push((severity, days));
            policy.targets.resolve_days.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        }
    }

    /// The value of a key that must be there.
    pub fn required<'t>(&mut self, list: &str, at: usize, table: &'t DeTable<'t>, name: &'t str) -> Option<Entry<'t>> {
        let found = optional(table, name);
        if found.is_none() {
            let example = KEYS.iter().find(|key| key.path == format!("{list}[].{name}")).map_or("", |key| key.example);
            self.error_at(at, format!("[[{list}]] without `{name}`"), format!("add for example `{name} = {example}`"));
        }
        found
    }
}

pub fn optional<'t>(table: &'t DeTable<'t>, name: &'t str) -> Option<Entry<'t>> {
    let (key, value) = table.get_key_value(name)?;
    Some(Entry { name, at: key.span().start, value })
}

/// Reads one table of an array of tables.
pub fn item(walk: &mut Walk<'_>, policy: &mut Policy, list: &str, at: usize, table: &DeTable<'_>) {
    match list {
        "waiver" => policy.waivers.extend(waiver(walk, at, table)),
        "tracker" => policy.trackers.extend(crate::config::tracker::tracker(walk, at, table)),
        _ => policy.subjects.extend(subject(walk, at, table)),
    }
}

fn waiver(walk: &mut Walk<'_>, at: usize, table: &DeTable<'_>) -> Option<Waiver> {
    let mut field = |name: &'static str, example: &str| {
        let entry = walk.required("waiver", at, table, name)?;
        walk.text(&entry, example)
    };
    let rule = field("rule", r#"rule = "issue-not-examined""#);
    let subject = field("subject", r##"subject = "#12""##);
    let reason = field("reason", r#"reason = "Examined in the risk file RMF-7.""#);
    let approver = field("approver", r#"approver = "Jane Doe, QA""#);
    let expires = walk.required("waiver", at, table, "expires").and_then(|entry| walk.date(&entry));
    if let (Some(id), Some(entry)) = (&rule, optional(table, "rule")) {
        walk.rule(entry.value.span().start, id);
    }
    let line = walk.places.of(at).0;
    Some(Waiver { rule: rule?, subject: subject?, reason: reason?, approver: approver?, expires: expires?, line })
}

fn subject(walk: &mut Walk<'_>, at: usize, table: &DeTable<'_>) -> Option<SubjectRepository> {
    let entry = walk.required("subject", at, table, "repository");
    let repository = entry.and_then(|entry| Some((walk.text(&entry, r#"repository = "owner/product""#)?, entry)));
    let name = optional(table, "name").and_then(|entry| walk.text(&entry, r#"name = "Infusion pump""#));
    let tag = optional(table, "tag").and_then(|entry| walk.pattern(&entry, false, r"tag = '^v\d+'"));
    let path = optional(table, "path").and_then(|entry| walk.text(&entry, r#"path = "../product""#));
    let (repository, entry) = repository?;
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let Some((_, last)) = repository.split_once('/').filter(|(owner, last)| word(owner) && word(last)) else {
        let message = format!("`repository` = \"{}\" is not a repository", clean(&repository));
        walk.error_at(entry.value.span().start, message, "write `owner/name`");
        return None;
    };
    let name = name.unwrap_or_else(|| last.to_owned());
    Some(SubjectRepository { repository, name, tag, path, line: walk.places.of(at).0 })
}

/// What keys demand of one another.
pub fn across(walk: &mut Walk<'_>, policy: &mut Policy, tree: &DeTable<'_>) {
    let cadence = tree.get("cadence").and_then(|value| value.get_ref().as_table());
    let Some(cadence) = cadence else { return };
    let (window, plan) = (cadence.get_key_value("window"), cadence.get_key_value("monitoring_plan"));
    match (&mut policy.cadence.window, window, plan) {
        (Window::Iso13485 { .. }, Some((key, _)), None) => walk.error_at(
            key.span().start,
            "window = \"iso13485-4.1.3\" without `monitoring_plan`",
            "name the plan that holds the review: `monitoring_plan = \"MMP-001\"`",
        ),
        // Keys come in the order of the alphabet, so the window was not yet known when the plan was read.
        (Window::Iso13485 { plan: name }, _, Some((_, value))) => {
            value.get_ref().as_str().unwrap_or_default().trim().clone_into(name);
        }
        (_, _, Some((key, _))) => walk.error_at(
            key.span().start,
            "`monitoring_plan` has no effect with this window",
            "set window = \"iso13485-4.1.3\", or leave the plan out",
        ),
        _ => {}
    }
    policy.subjects.sort_by_key(|subject| subject.line);
}
