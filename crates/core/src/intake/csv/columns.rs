//! Which column of a table holds which field: by the names that trackers give them, or as the configuration says. Pure.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::intake::source::{IssueFileError, IssueSource, printable};
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::Constraint;

/// Our field → header names by which it is commonly known, best first; compared by [`plain`].
pub(crate) const FIELDS: [(&str, &[&str]); 21] = [
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
            "bugid",
            "vorgang",
            "#",
        ],
    ),
    ("title", &["title", "summary", "subject", "shortdescription", "shortdesc", "name", "titel", "vulnerability"]),
    (
        "severity",
        &[
            "severity",
            "bugseverity",
            "schweregrad",
            "cvss",
            "cvssscore",
            "cvssbasescore",
            "cvssvector",
            "cvssvectors",
            "priority",
        ],
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
            "createddate",
            "creationdate",
            "creationts",
            "syscreatedon",
            "opendate",
            "openeddate",
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
            "closeddate",
            "resolveddate",
            "resolvedon",
            "completed",
            "completedat",
            "canceled",
            "cancelled",
            "canceledat",
            "cancelledat",
            "geschlossen",
        ],
    ),
    ("published", &["announced", "published", "disclosed", "publishedat"]),
    ("state", &["status", "state", "bugstatus", "statuscategory"]),
    ("resolution", &["resolution", "resolutioncode", "closecode", "resolvedreason", "dismissalreason"]),
    ("labels", &["labels", "label", "tags", "keywords", "type", "issuetype", "workitemtype", "tracker"]),
    ("component", &["component", "components", "component/s", "module", "subsystem", "areapath", "komponente"]),
    (
        "accepted_until",
        &[
            "accepteduntil",
            "acceptanceexpires",
            "riskaccepteduntil",
            "exceptionexpires",
            "exceptionuntil",
            "akzeptiertbis",
        ],
    ),
    ("aliases", &["aliases", "cve", "cveid", "ghsa", "ghsaid", "alias"]),
    ("url", &["url", "link", "htmlurl"]),
    ("fix_commits", &["fixcommit", "fixcommits", "commit", "fixedby"]),
    ("deployed", &["deployed", "affectsdeployed", "field"]),
    (
        "affected_versions",
        &["firstvulnerable", "affectedversions", "affectsversions", "affectsversion", "affected", "affectsversion/s"],
    ),
    ("source", &["source", "discoverysource", "foundby"]),
    ("updated", &["updated", "updatedat", "updatedon", "changed", "changeddate", "lastmodified", "sysupdatedon"]),
];

/// A header name without case and blanks, with what stands in brackets.
fn whole(header: &str) -> String {
    header.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// What stands in the brackets of a header, as [`plain`]: the name that people gave a `Custom field (…)`.
fn bracketed(header: &str) -> Option<String> {
    let (_, inner) = header.trim().strip_suffix(')')?.split_once('(')?;
    Some(plain(inner)).filter(|name| !name.is_empty())
}

/// Columns that are what the configuration calls a field: by the whole header, by what stands before its brackets, or in them.
/// Brackets that the configuration writes must be those of the header: they tell one custom field from the next.
fn called(header: &StringRecord, own: &str) -> Vec<usize> {
    let of = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, name)| test(name)).map(|(at, _)| at).collect()
    };
    let exact = of(&|name| whole(name) == whole(own));
    if !exact.is_empty() || own.contains('(') {
        return exact;
    }
    let before = of(&|name| plain(name) == plain(own));
    if before.is_empty() { of(&|name| bracketed(name).is_some_and(|inner| inner == plain(own))) } else { before }
}

/// A header name without case, blanks, underscores and what stands in brackets.
pub(crate) fn plain(header: &str) -> String {
    whole(header.split('(').next().unwrap_or_default())
}

/// Which columns hold which field, best first.
pub(crate) struct Columns {
    of: Vec<(&'static str, Vec<usize>)>,
    /// Columns that the configuration names and the file lacks.
    pub limits: Vec<Limit>,
}

impl Columns {
    pub(crate) fn new(source: &IssueSource<'_>, header: &StringRecord) -> Result<Self, IssueFileError> {
        let names: Vec<String> = header.iter().map(plain).collect();
        let all = || header.iter().filter(|name| !name.trim().is_empty()).map(printable).collect::<Vec<_>>().join(", ");
        let mut columns = Columns { of: Vec::new(), limits: Vec::new() };
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (field, _) in FIELDS {
            let Some((_, own)) = source.policy.issues.columns.iter().find(|(name, _)| name == field) else { continue };
            let found = called(header, own);
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
            if field == "severity" && found.iter().all(|at| names[*at] == "priority") {
                // No column of the tracker's own: the team's.
                let own = |(at, name): (usize, &str)| {
                    bracketed(name).filter(|inner| common.contains(&inner.as_str())).map(|_| at)
                };
                let custom: Vec<usize> = header.iter().enumerate().filter_map(own).filter(free).collect();
                found.splice(0..0, custom);
            }
            // Of several dates or ids the best name counts; lists, severities, states and closings are read from all.
            if !matches!(
                field,
                "labels"
                    | "component"
                    | "aliases"
                    | "severity"
                    | "fix_commits"
                    | "affected_versions"
                    | "cwe"
                    | "state"
                    | "closed"
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

    /// Which columns hold a field.
    pub(crate) fn get(&self, field: &str) -> &[usize] {
        self.of.iter().find(|(known, _)| *known == field).map_or(&[], |(_, found)| found)
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::issue::{EventKind, Issue, Severity};
    use crate::model::policy::Policy;

    fn issues(text: &str, columns: &[(&str, &str)]) -> Vec<Issue> {
        let mut policy = Policy::default();
        policy.issues.columns = columns.iter().map(|(field, name)| ((*field).to_owned(), (*name).to_owned())).collect();
        read_file("a.csv", text.as_bytes(), &policy).unwrap().issues
    }

    #[test]
    fn custom_fields_stay_apart() {
        let text = "Issue key,Summary,Custom field (Team),Custom field (Severity),Custom field (Date found),Priority\n\
            SEC-1,x,Low power,Critical,2025-02-03,Low\n";
        for columns in [&[][..], &[("severity", "Custom field (Severity)")], &[("severity", "Severity")]] {
            assert_eq!(issues(text, columns)[0].severity, Some(Severity::Critical), "{columns:?}");
        }
        let dated = issues(text, &[("opened", "custom field (date found)")]);
        assert_eq!(dated[0].events[0].at.date_naive().to_string(), "2025-02-03");
        // One that is not there is none of the others.
        assert!(issues(text, &[("opened", "Custom field (Impact)")])[0].events.is_empty());
        // What else stands in brackets tells no columns apart.
        assert_eq!(issues("id,Created At (UTC)\n1,2025-02-03\n", &[])[0].events.len(), 1);
    }

    #[test]
    fn exports_of_trackers() {
        for (name, header, row, id, closed) in [
            (
                "Linear",
                "ID,Title,Status,Labels,Created,Updated,Completed,Canceled",
                "S-1,x,Canceled,security,2025-01-02,2025-06-02,,2025-02-11",
                "S-1",
                Some("2025-02-11"),
            ),
            (
                "ServiceNow",
                "Number,Short description,State,Category,Opened,Resolved,Closed",
                "INC1,x,On Hold,Security,2025-01-02,,",
                "INC1",
                None,
            ),
            (
                "Azure Boards",
                "ID,Work Item Type,Title,State,Tags,Created Date,Closed Date",
                "7,Bug,x,Removed,security,2025-01-02,2025-02-11",
                "#7",
                Some("2025-02-11"),
            ),
            (
                "YouTrack",
                "Issue Id,Tags,Summary,Created,Resolved,State",
                "P-1,security,x,02 Jan 2025 10:00,11 Feb 2025 10:00,Won't fix",
                "P-1",
                Some("2025-02-11"),
            ),
            (
                "Redmine",
                "#,Tracker,Status,Subject,Created,Closed,Private",
                "7,Security,Feedback,x,2025-01-02,,No",
                "#7",
                None,
            ),
            (
                "Bugzilla",
                "Bug ID,Status,Resolution,Summary,Changed,Opened,Keywords",
                "7,RESOLVED,FIXED,x,2025-02-11,2025-01-02,security",
                "#7",
                Some("2025-02-11"),
            ),
        ] {
            let found = issues(&format!("{header}\n{row}\n"), &[]);
            let [issue] = found.as_slice() else { panic!("{name}: {found:?}") };
            let at = |kind| {
                issue.events.iter().find(|event| event.kind == kind).map(|event| event.at.date_naive().to_string())
            };
            assert_eq!((issue.id.as_str(), issue.title.as_str()), (id, "x"), "{name}");
            assert_eq!(at(EventKind::Opened).as_deref(), Some("2025-01-02"), "{name}");
            assert_eq!(at(EventKind::Closed).as_deref(), closed, "{name}");
        }
    }
}
