//! CSV with header names that are common or mapped by the configuration → issues. Every mistake names row and column.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use csv::{ReaderBuilder, StringRecord};

use crate::intake::seen::Seen;
use crate::intake::severity;
use crate::intake::source::{
    Gaps, IssueFileError, IssueSource, Problems, SourceRead, add, empty, none_security, printable, settle,
};
use crate::intake::{cvss, dates, words};
use crate::model::issue::{EventKind, Issue, Resolution, Severity};
use crate::model::limit::{Limit, LimitKind};
use crate::model::period::DateOrder;
use lookback_reading::fold;

use crate::intake::csv::columns::Columns;
use crate::intake::csv::headers::{DATES, is_priority, plain};
use crate::intake::csv::text::{open_quote, skip_hint, sniff};
use crate::intake::csv::tracker::TrackerColumns;

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
        orders: BTreeMap::new(),
    };
    let mut read = SourceRead::default();
    let records = reader.into_records().collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    table.learn_orders(&records);
    let (mut rows, mut sound) = (0, 0);
    let mut seen = Seen::default();
    for (index, record) in records.into_iter().enumerate() {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows += 1;
        // Row 1 is the header, as a spreadsheet counts; the line differs where cells hold line breaks.
        let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(usize::MAX)) + offset;
        let (number, mistakes) = (index + 2 + offset, table.problems.count());
        let issue = table.row(&Row { record: &record, number, line });
        sound += usize::from(table.problems.count() == mistakes);
        match issue {
            Some((issue, true)) => {
                seen.note(&issue, &format!("row {number}"));
                read.issues.push(issue);
            }
            Some((issue, false)) => read.set_aside(issue),
            None => {}
        }
    }
    read.limits = table.gaps.limits(source);
    read.limits.extend(table.problems.limit(source, sound)?);
    read.limits.extend(seen.limit(source));
    read.limits.extend((rows == 0).then(|| empty(source)));
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
    /// The order of day, month and year of a column, where its dates tell.
    orders: BTreeMap<usize, DateOrder>,
}

impl Table<'_> {
    fn problem(&mut self, row: &Row<'_>, text: &str) {
        let line = if row.line == row.number { String::new() } else { format!(" (line {})", row.line) };
        self.problems.wrong(format!("{}: row {}{line}{text}", self.source.name, row.number));
    }

    /// A file is written in one way: a date of a column that leaves no doubt settles the others.
    fn learn_orders(&mut self, records: &[StringRecord]) {
        let dates = DATES.iter().flat_map(|field| self.columns.get(field)).copied();
        let order = |at: usize| Some((at, dates::order_of(records.iter().filter_map(|record| record.get(at)))?));
        self.orders = dates.filter_map(order).collect();
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
        // "Erledigt: ja" is no date, and no mistake.
        let is_date = |(_, text): &(usize, &str)| field != "closed" || words::yes_no(text).is_none();
        let (at, text) = self.cells(row, field).into_iter().find(is_date)?;
        let issues = &self.source.policy.issues;
        match dates::parse_ordered(text, issues.time_zone, issues.date_order.or(self.orders.get(&at).copied())) {
            Ok(moment) => {
                self.tracker.note_time(text);
                Some(moment)
            }
            Err(why) => {
                let column = printable(self.header.get(at).unwrap_or(field));
                let order = if why == dates::TWO_DAYS { " or set issues.date_order" } else { "" };
                let text = format!(", column \"{column}\": \"{}\" {why}; write YYYY-MM-DD{order}", printable(text));
                self.problem(row, &text);
                None
            }
        }
    }

    /// One row, and whether it is a security issue; `None` when it is faulty.
    fn row(&mut self, row: &Row<'_>) -> Option<(Issue, bool)> {
        let width = self.header.len();
        let extra = row.record.iter().skip(width).any(|cell| !cell.trim().is_empty());
        if row.record.len() < width || extra {
            let why =
                format!(": {} cells, but the header has {width}; quote cells that hold a separator", row.record.len());
            self.problem(row, &why);
            return None;
        }
        let named = self.cell(row, "id").map(str::to_owned).or_else(|| self.tracker.public_id(row.record));
        let Some(id) = named.as_deref() else {
            let column = self.columns.get("id").first().and_then(|at| self.header.get(*at)).unwrap_or("id");
            let why = format!(", column \"{}\": no id; every issue needs one", printable(column));
            self.problem(row, &why);
            return None;
        };
        let number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let id = if number { self.tracker.numbered(id) } else { words::usual(&fold(id)) };
        let mut issue = self.source.issue(id);
        self.describe(row, &mut issue);
        self.tracker.describe(row.record, &mut issue);
        let mut gaps = std::mem::take(&mut self.gaps);
        let mut own = Gaps { place: format!("row {}", row.number), ..Gaps::default() };
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
        Some((issue, security))
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
        for (_, text) in self.cells(row, "component") {
            issue.components.extend(text.split([',', ';', '|']).map(fold).filter(|name| words::filled(name)));
        }
        for (_, text) in self.cells(row, "cwe") {
            issue.cwe.extend(words::cwes(text));
            issue
                .cwe
                .extend(text.split([',', ';', ' ']).filter_map(|n| n.parse::<u32>().ok()).map(|n| format!("CWE-{n}")));
        }
        issue.cwe.extend(issue.labels.iter().flat_map(|label| words::cwes(label)).collect::<Vec<_>>());
        issue.severity = self.severity(row).or_else(|| severity::labels(&issue.labels));
        for (_, text) in self.cells(row, "fix_commits") {
            issue.fix_commits.extend(words::commits(text));
        }
        let stated = self.cell(row, "resolution").map(|text| self.source.resolution(text)).unwrap_or_default();
        let closing = |text: &&str| self.source.closed(text) != Some(false);
        let told = |text: &str| self.tracker.resolution(text).unwrap_or_else(|| self.source.resolution(text));
        let state = self.cell(row, "state").filter(closing).map(told).unwrap_or_default();
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
            let priority = self.header.get(at).is_some_and(|name| is_priority(&plain(name)));
            let rated = || cvss::severity(text).or_else(|| severity::cell(text));
            let found = if priority { severity::rank(text) } else { rated() };
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
        let accepted = self.cell(row, "accepted_until").filter(|_| issue.resolution == Resolution::Accepted);
        let note: Vec<String> = self.cell(row, "resolution").or(state).into_iter().chain(accepted).map(fold).collect();
        let note = Some(note.join(", ")).filter(|note| !note.is_empty());
        // A list of published advisories has no column of closing: what is announced is done.
        let announced = published.filter(|_| self.columns.get("closed").is_empty());
        let closed = self.cells(row, "state").iter().find_map(|(_, text)| self.source.closed(text));
        // "Erledigt: ja" in the place of a date.
        let ticked = || self.cells(row, "closed").iter().find_map(|(_, text)| words::yes_no(text));
        match closed.or_else(|| ticked().filter(|_| state.is_none() && closed_at.is_none())) {
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
            None => {
                if let Some(state) = state {
                    gaps.unknown_states.entry(fold(state)).or_default().push(issue.id.clone());
                }
                issue.untold = closed_at.is_none() && (state.is_some() || self.columns.get("closed").is_empty());
                add(issue, EventKind::Closed, closed_at.or(announced), None, note);
            }
        }
        if responded.is_none() {
            self.tracker.first_response(row.record, issue);
        }
        settle(issue, gaps);
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::period::DateOrder;
    use crate::model::policy::Policy;

    fn limits(text: &str) -> Vec<String> {
        let read = read_file("a.csv", text.as_bytes(), &Policy::default()).unwrap();
        read.limits
            .iter()
            .filter(|limit| !limit.affects.is_empty())
            .map(|limit| format!("{} {}", limit.what, limit.why))
            .collect()
    }

    fn says(text: &str, words: &[&str]) {
        let found = limits(text);
        assert!(found.len() == 1 && words.iter().all(|word| found[0].contains(word)), "{text}: {found:?}");
    }

    #[test]
    fn what_contradicts_itself_is_a_limit() {
        says(
            "id,state,created,closed\n1,open,2025-01-01,\n2,closed,2025-01-01,2024-06-01\n",
            &["#2, row 3", "2024-06-01", "2025-01-01"],
        );
        says(
            "id,title,state,created\n1,a,open,2025-01-01\n2,b,open,2025-01-01\n1,c,open,2025-01-01\n",
            &["#1, row 2 and row 4"],
        );
        says("id,state,created\n1,open,2025-01-01\n2,frozen,2025-01-01\n", &["frozen", "#2"]);
        says("id,state,created\n", &["any issue"]);
        // The same row twice, a day beside a moment, one number of two repositories.
        for text in [
            "id,title,created\n1,a,2025-01-01\n1,a,2025-01-01\n",
            "id,state,created,closed\n1,closed,2025-01-01 10:00,2025-01-01\n",
            "id,title,created,url\n1,a,2025-01-01,https://github.com/a/b/issues/1\n1,b,2025-01-01,https://github.com/a/c/issues/1\n",
        ] {
            assert_eq!(limits(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn components_and_the_day_of_an_acceptance_have_columns() {
        let text = "id,title,state,created,closed,resolution,Component/s,Accepted until\n\
            1,a,closed,2025-01-01,2025-02-01,risk accepted,Radio; TLS,2025-12-31\n2,b,closed,2025-01-01,2025-02-01,done,,2025-12-31\n";
        let read = read_file("a.csv", text.as_bytes(), &Policy::default()).unwrap();
        let [one, two] = read.issues.as_slice() else { panic!("{:?}", read.issues) };
        assert_eq!(one.components.iter().map(String::as_str).collect::<Vec<_>>(), ["Radio", "TLS"]);
        let note = |issue: &crate::model::issue::Issue| issue.events[1].note.clone().unwrap_or_default();
        assert_eq!((note(one).as_str(), note(two).as_str()), ("risk accepted, 2025-12-31", "done"), "{read:?}");
        assert!(two.components.is_empty());
    }

    #[test]
    fn an_odd_row_costs_itself() {
        let text = "id,title,created\n1,a,2025-01-01\n2,b,banana\n3,c\n";
        let read = read_file("a.csv", text.as_bytes(), &Policy::default()).unwrap();
        assert_eq!(read.issues.len(), 2);
        assert!(
            limits(text)
                .iter()
                .any(|limit| limit.contains("row 3") && limit.contains("banana") && limit.contains("row 4"))
        );
    }

    #[test]
    fn the_order_of_dates_is_the_columns_or_the_policys() {
        let opened = |text: &str, order| {
            let mut policy = Policy::default();
            policy.issues.date_order = order;
            let read = read_file("a.csv", text.as_bytes(), &policy).map_err(|error| error.to_string())?;
            Ok::<_, String>(read.issues[0].events[0].at.date_naive().to_string())
        };
        assert_eq!(opened("id,created\n1,3/4/2025\n2,6/21/2025\n", None).as_deref(), Ok("2025-03-04"));
        let doubtful = "id,created\n1,3/4/2025\n2,5/6/2025\n";
        assert!(opened(doubtful, None).is_err_and(|error| error.contains("issues.date_order")));
        assert_eq!(opened(doubtful, Some(DateOrder::Dmy)).as_deref(), Ok("2025-04-03"));
    }
}
