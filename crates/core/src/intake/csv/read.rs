//! CSV with header names that are common or mapped by the configuration → issues. Every mistake names row and column.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use csv::{ReaderBuilder, StringRecord};

use crate::intake::source::{
    Gaps, IssueFileError, IssueSource, Problems, SourceRead, add, none_security, printable, settle,
};
use crate::intake::{cvss, dates, words};
use crate::model::evidence::{EventKind, Issue, Resolution, Severity};
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::{Constraint, fold};

use crate::intake::csv::text::{open_quote, skip_hint, sniff};
use crate::intake::csv::tracker::TrackerColumns;

/// Our field → header names by which it is commonly known, best first; compared by [`plain`].
pub(crate) const FIELDS: [(&str, &[&str]); 19] = [
    (
        "id",
        &[
            "id",
            "key",
            "issue",
            "issuekey",
            "number",
            "vulnerabilityid",
            "cve",
            "cveid",
            "issueid",
            "issueiid",
            "vorgang",
        ],
    ),
    ("title", &["title", "summary", "subject", "name", "titel", "vulnerability"]),
    (
        "severity",
        &["severity", "schweregrad", "cvss", "cvssscore", "cvssbasescore", "cvssvector", "cvssvectors", "priority"],
    ),
    ("cwe", &["cwe", "cweid", "cwes", "weakness"]),
    (
        "opened",
        &[
            "reported",
            "opened",
            "created",
            "createdat",
            "createdon",
            "dateopened",
            "openedat",
            "discovered",
            "identified",
            "detectedat",
            "gemeldet",
        ],
    ),
    ("recognised", &["recognised", "recognized", "recognisedassecurity"]),
    ("responded", &["responded", "firstresponse", "acknowledged", "firstresponseat", "confirmedat"]),
    (
        "closed",
        &[
            "closed",
            "resolved",
            "closedat",
            "closedon",
            "dateclosed",
            "fixedon",
            "resolutiondate",
            "resolvedat",
            "dismissedat",
            "geschlossen",
        ],
    ),
    ("published", &["announced", "published", "disclosed", "publishedat"]),
    ("state", &["status", "state", "statuscategory"]),
    ("resolution", &["resolution", "dismissalreason"]),
    ("labels", &["labels", "label", "tags", "type", "issuetype"]),
    ("aliases", &["aliases", "cve", "cveid", "ghsa", "ghsaid", "alias"]),
    ("url", &["url", "link", "htmlurl"]),
    ("fix_commits", &["fixcommit", "fixcommits", "commit", "fixedby"]),
    ("deployed", &["deployed", "affectsdeployed", "field"]),
    (
        "affected_versions",
        &["firstvulnerable", "affectedversions", "affectsversions", "affectsversion", "affected", "affectsversion/s"],
    ),
    ("source", &["source", "discoverysource", "foundby"]),
    ("updated", &["updated", "updatedat"]),
];

/// Reads the text of a CSV file.
pub(crate) fn read(source: &IssueSource<'_>, text: &str) -> Result<SourceRead, IssueFileError> {
    let (text, offset) = skip_hint(text);
    let unreadable = |why: String, remedy| IssueFileError::Unreadable { name: source.name.to_owned(), why, remedy };
    let separator = sniff(text);
    if let Some(line) = open_quote(text.as_bytes(), separator) {
        let why = format!("line {}: a quotation mark is opened and never closed", line + offset);
        return Err(unreadable(why, "close it, or double it where it is part of the text"));
    }
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(true).from_reader(text.as_bytes());
    let wrong = |error: csv::Error| unreadable(printable(&error.to_string()), "save it as CSV in UTF-8");
    let header = reader.headers().map_err(wrong)?.clone();
    let columns = Columns::new(source, &header)?;
    let tracker = TrackerColumns::new(&header.iter().map(plain).collect::<Vec<_>>(), source.policy.issues.time_zone);
    let mut table = Table {
        source,
        columns,
        tracker,
        header,
        gaps: Gaps::default(),
        problems: Problems::default(),
        unrated: BTreeSet::new(),
    };
    let mut read = SourceRead::default();
    let mut rows = 0;
    for (index, record) in reader.into_records().enumerate() {
        let record = record.map_err(wrong)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows += 1;
        // Row 1 is the header, as a spreadsheet counts; the line differs where cells hold line breaks.
        let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX)) + offset;
        read.issues.extend(table.row(&Row { record: &record, number: index + 2 + offset, line }));
    }
    table.problems.check()?;
    read.limits = table.gaps.limits(source);
    read.limits.extend(table.columns.limits);
    read.limits.extend(table.tracker.limit(source));
    if !table.unrated.is_empty() {
        let words = table.unrated.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        read.limits.push(Limit::new(
            LimitKind::IssueSource,
            format!("{}: the severities {words}", source.short),
            "they are neither critical, high, medium or low nor a CVSS score",
            "use these words, or map another column with issues.columns.severity",
        ));
    }
    read.limits.extend(none_security(source, rows, &read.issues));
    Ok(read)
}

/// A header name without case, blanks, underscores and what stands in brackets.
fn plain(header: &str) -> String {
    let header = header.split('(').next().unwrap_or_default();
    header.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Which columns hold which field, best first.
struct Columns {
    of: Vec<(&'static str, Vec<usize>)>,
    limits: Vec<Limit>,
}

impl Columns {
    fn new(source: &IssueSource<'_>, header: &StringRecord) -> Result<Self, IssueFileError> {
        let names: Vec<String> = header.iter().map(plain).collect();
        let all = || header.iter().filter(|name| !name.trim().is_empty()).map(printable).collect::<Vec<_>>().join(", ");
        let mut columns = Columns { of: Vec::new(), limits: Vec::new() };
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (field, _) in FIELDS {
            let Some((_, own)) = source.policy.issues.columns.iter().find(|(name, _)| name == field) else { continue };
            let found: Vec<usize> =
                header.iter().enumerate().filter(|(_, name)| plain(name) == plain(own)).map(|(at, _)| at).collect();
            if found.is_empty() {
                columns.limits.push(
                    Limit::new(
                        LimitKind::IssueSource,
                        format!("{}: the column \"{}\" for {field}", source.short, printable(own)),
                        format!("the file has no such column; it has {}", all()),
                        format!("correct issues.columns.{field} or the file's header"),
                    )
                    .affecting(&if matches!(
                        field,
                        "id" | "opened" | "closed" | "recognised" | "labels" | "state"
                    ) {
                        vec![Constraint::IssuesExamined]
                    } else {
                        Vec::new()
                    }),
                );
                continue;
            }
            taken.extend(&found);
            columns.of.push((field, found));
        }
        for (field, common) in FIELDS {
            if columns.of.iter().any(|(known, _)| *known == field) {
                continue;
            }
            let free = |at: &usize| !taken.contains(at);
            let spelled = |common: &&str| {
                let same = names.iter().enumerate().filter(|(_, own)| own.as_str() == *common).map(|(at, _)| at);
                same.filter(free).collect::<Vec<_>>()
            };
            let mut found: Vec<usize> = common.iter().flat_map(spelled).collect();
            // Of several dates or ids the best name counts; lists, severities, states and closings are read from all.
            if !matches!(
                field,
                "labels" | "aliases" | "severity" | "fix_commits" | "affected_versions" | "cwe" | "state" | "closed"
            ) {
                found.truncate(1);
            }
            taken.extend(&found);
            columns.of.push((field, found));
        }
        if columns.get("id").is_empty() {
            return Err(IssueFileError::Unreadable {
                name: source.name.to_owned(),
                why: format!("no column holds the id of the issue; the header is: {}", all()),
                remedy: "name it `id`, `key`, `issue`, `number` or `cve`, or set issues.columns.id in the configuration",
            });
        }
        Ok(columns)
    }

    fn get(&self, field: &str) -> &[usize] {
        self.of.iter().find(|(known, _)| *known == field).map_or(&[], |(_, found)| found)
    }
}

struct Row<'a> {
    record: &'a StringRecord,
    number: usize,
    line: usize,
}

struct Table<'a> {
    source: &'a IssueSource<'a>,
    columns: Columns,
    tracker: TrackerColumns,
    header: StringRecord,
    gaps: Gaps,
    problems: Problems,
    unrated: BTreeSet<String>,
}

impl Table<'_> {
    fn problem(&mut self, row: &Row<'_>, text: &str) {
        let line = if row.line == row.number { String::new() } else { format!(" (line {})", row.line) };
        self.problems.add(format!("{}: row {}{line}{text}", self.source.name, row.number));
    }

    /// Filled cells of a field, with their columns.
    fn cells<'r>(&self, row: &Row<'r>, field: &str) -> Vec<(usize, &'r str)> {
        let cell = |at: &usize| Some((*at, row.record.get(*at)?.trim()));
        self.columns.get(field).iter().filter_map(cell).filter(|(_, text)| words::filled(text)).collect()
    }

    fn cell<'r>(&self, row: &Row<'r>, field: &str) -> Option<&'r str> {
        self.cells(row, field).first().map(|(_, text)| *text)
    }

    fn date(&mut self, row: &Row<'_>, field: &str) -> Option<DateTime<Utc>> {
        let (at, text) = *self.cells(row, field).first()?;
        match dates::parse(text, self.source.policy.issues.time_zone) {
            Ok(moment) => {
                self.tracker.note_time(text);
                Some(moment)
            }
            Err(why) => {
                let column = printable(self.header.get(at).unwrap_or(field));
                let text = format!(", column \"{column}\": \"{}\" {why}; write YYYY-MM-DD", printable(text));
                self.problem(row, &text);
                None
            }
        }
    }

    /// One row; `None` when it is faulty or no security issue.
    fn row(&mut self, row: &Row<'_>) -> Option<Issue> {
        let width = self.header.len();
        let extra = row.record.iter().skip(width).any(|cell| !cell.trim().is_empty());
        if row.record.len() < width || extra {
            let text =
                format!(": {} cells, but the header has {width}; quote cells that hold a separator", row.record.len());
            self.problem(row, &text);
            return None;
        }
        let Some(id) = self.cell(row, "id") else {
            let column = self.columns.get("id").first().and_then(|at| self.header.get(*at)).unwrap_or("id");
            let text = format!(", column \"{}\": no id; every issue needs one", printable(column));
            self.problem(row, &text);
            return None;
        };
        let number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let id = if number { self.tracker.numbered(id) } else { words::usual(&fold(id)) };
        let mut issue = self.source.issue(id);
        self.describe(row, &mut issue);
        self.tracker.describe(row.record, &mut issue);
        let mut gaps = std::mem::take(&mut self.gaps);
        let mut own = Gaps::default();
        self.events(row, &mut issue, &mut own);
        let policy = self.source.policy;
        let security = self.columns.get("labels").is_empty()
            || words::security_label(&issue.labels, policy)
            || words::security_title(&issue.title, policy)
            || words::security_id(&issue.id, policy)
            || issue.aliases.iter().any(|alias| words::security_id(alias, policy))
            || !issue.cwe.is_empty();
        if security {
            gaps.extend(own);
        }
        self.gaps = gaps;
        security.then_some(issue)
    }

    fn describe(&mut self, row: &Row<'_>, issue: &mut Issue) {
        issue.title = fold(self.cell(row, "title").unwrap_or_default());
        issue.url = self.cell(row, "url").map(str::to_owned);
        for (_, text) in self.cells(row, "aliases") {
            let parts = text.split([',', ';', ' ', '|']).map(str::trim).filter(|part| words::filled(part));
            issue.aliases.extend(parts.map(words::usual));
        }
        issue.aliases.extend(words::title_ids(&issue.title));
        issue.aliases.extend(words::leading_key(&issue.title, self.source.policy));
        if let Some((url, (repository, number, false))) =
            issue.url.clone().and_then(|url| Some((url.clone(), words::issue_url(&url)?)))
        {
            // The page of a tracker belongs to one issue; other links, such as an advisory's, may be shared.
            if issue.id == format!("#{number}") {
                issue.aliases.insert(url);
                issue.aliases.insert(format!("{repository}#{number}"));
            }
        }
        issue.aliases.remove(&issue.id);
        for (_, text) in self.cells(row, "labels") {
            issue.labels.extend(text.split([',', ';', '|']).map(fold).filter(|label| !label.is_empty()));
        }
        for (_, text) in self.cells(row, "cwe") {
            issue.cwe.extend(words::cwes(text));
            issue
                .cwe
                .extend(text.split([',', ';', ' ']).filter_map(|n| n.parse::<u32>().ok()).map(|n| format!("CWE-{n}")));
        }
        issue.cwe.extend(issue.labels.iter().flat_map(|label| words::cwes(label)).collect::<Vec<_>>());
        issue.severity = self.severity(row).or_else(|| words::severity_labels(&issue.labels));
        for (_, text) in self.cells(row, "fix_commits") {
            issue.fix_commits.extend(words::commits(text));
        }
        let stated = self.cell(row, "resolution").map(|text| self.source.resolution(text)).unwrap_or_default();
        let state = self.cell(row, "state").map(words::resolution_word).unwrap_or_default();
        issue.resolution = stated.min(state).min(words::resolution_labels(&issue.labels));
        if !issue.fix_commits.is_empty() {
            issue.resolution = Resolution::Fixed;
        }
        issue.deployed = self.deployed(row).or_else(|| words::deployed_labels(&issue.labels));
        let found_by = self.cell(row, "source").map(fold).filter(|name| name != crate::intake::source::HISTORY);
        issue.sources.extend(found_by);
    }

    fn severity(&mut self, row: &Row<'_>) -> Option<Severity> {
        for (at, text) in self.cells(row, "severity") {
            let priority = self.header.get(at).is_some_and(|name| plain(name) == "priority");
            let rated = || cvss::severity(text).or_else(|| words::severity_cell(text));
            let found = if priority { words::severity_word(text) } else { rated() };
            if found.is_some() {
                return found;
            }
            let silent =
                priority || matches!(text.to_lowercase().as_str(), "unknown" | "info" | "informational" | "0" | "0.0");
            if !silent && self.unrated.len() < crate::intake::source::MOST_NAMED {
                self.unrated.insert(printable(text));
            }
        }
        None
    }

    fn deployed(&self, row: &Row<'_>) -> Option<bool> {
        let stated = self.cell(row, "deployed").and_then(words::yes_no);
        stated.or_else(|| self.cell(row, "affected_versions").map(|_| true))
    }

    fn events(&mut self, row: &Row<'_>, issue: &mut Issue, gaps: &mut Gaps) {
        let opened = self.date(row, "opened");
        let (recognised, responded) = (self.date(row, "recognised"), self.date(row, "responded"));
        let (closed_at, published) = (self.date(row, "closed"), self.date(row, "published"));
        let updated = self.date(row, "updated");
        add(issue, EventKind::Opened, opened, None, None);
        add(issue, EventKind::Recognised, recognised, None, None);
        add(issue, EventKind::FirstResponse, responded, None, None);
        add(issue, EventKind::Published, published, None, None);
        let state = self.cell(row, "state");
        let note = self.cell(row, "resolution").or(state).map(fold);
        // A list of published advisories has no column of closing: what is announced is done.
        let announced = published.filter(|_| self.columns.get("closed").is_empty());
        match self.cells(row, "state").iter().find_map(|(_, text)| self.source.closed(text)) {
            Some(false) => gaps.closed_but_open.extend(closed_at.map(|_| issue.id.clone())),
            Some(true) => {
                let at = closed_at.or(announced).or(updated);
                if at.is_none() {
                    gaps.closed_unknown.push(issue.id.clone());
                } else if closed_at.or(announced).is_none() {
                    gaps.closed_from_other.push(issue.id.clone());
                }
                add(issue, EventKind::Closed, at, None, note);
            }
            None => add(issue, EventKind::Closed, closed_at.or(announced), None, note),
        }
        if responded.is_none() {
            self.tracker.first_response(row.record, issue);
        }
        settle(issue, gaps);
    }
}
