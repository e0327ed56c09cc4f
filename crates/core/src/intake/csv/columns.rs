//! Which column of a table holds which field: by the names that trackers give them, or as the configuration says. Pure.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::intake::csv::headers::{is_place, is_priority, plain, standing_for, whole};
use crate::intake::source::{IssueFileError, IssueSource, printable};
use crate::model::limit::{Limit, LimitKind};
use crate::model::policy::ISSUE_COLUMNS;
use lookback_reading::Constraint;

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
        for field in ISSUE_COLUMNS {
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
        for field in ISSUE_COLUMNS {
            if columns.of.iter().any(|(known, _)| *known == field) {
                continue;
            }
            let free = |at: &usize| !taken.contains(at);
            let mut found: Vec<usize> = standing_for(field, &names).into_iter().filter(free).collect();
            if field == "severity" && found.iter().all(|at| is_priority(&names[*at])) {
                // No column of the tracker's own: the team's.
                let own = |(at, name): (usize, &str)| {
                    bracketed(name)
                        .filter(|inner| !standing_for(field, std::slice::from_ref(inner)).is_empty())
                        .map(|_| at)
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
            if field == "id" {
                // A row without its own name has its place in the list.
                found.extend(names.iter().position(|name| is_place(name)).filter(|at| !found.contains(at) && free(at)));
            }
            taken.extend(&found);
            columns.of.push((field, found));
        }
        if columns.get("id").is_empty() {
            return Err(IssueFileError::Unreadable {
                name: source.name.to_owned(),
                why: format!("no column holds the id of the issue; the header is: {}", all()),
                remedy: "name it `id`, `key`, `issue`, `ticket`, `number`, `No.`, `#` or `cve`, or set issues.columns.id in the configuration",
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
    fn what_names_a_row() {
        for (header, row, id) in [
            (
                "Nr.;Titel;Schweregrad;Gemeldet am;Geschlossen am;Status;Lösung;Stichwort",
                "31;x;hoch;2025-01-02;2025-02-11;geschlossen;behoben;security",
                "#31",
            ),
            ("Lfd. Nr.;Bezeichnung;Eingangsdatum;Abschlussdatum", "4;x;2025-01-02;2025-02-11", "#4"),
            ("Vorgangsnummer;Betreff;Erstellt;Erledigt", "V-7;x;2025-01-02;2025-02-11", "V-7"),
            (
                "Vorgangstyp;Schlüssel;Zusammenfassung;Stichwörter;Status;Erstellt;Erledigt",
                "Fehler;SEC-4;x;Sicherheit;Fertig;2025-01-02;2025-02-11",
                "SEC-4",
            ),
            ("Ticket-Nr.;Kurzbeschreibung;Datum gemeldet;Behoben am", "9;x;2025-01-02;2025-02-11", "#9"),
            ("Fall;Titel;Entdeckt am;Gelöst am", "F-1;x;2025-01-02;2025-02-11", "F-1"),
            ("No.;Headline;Date reported;Date fixed", "2;x;2025-01-02;2025-02-11", "#2"),
            ("Bug #;Summary;Date Opened;Date Closed", "12;x;2025-01-02;2025-02-11", "#12"),
            ("Defect No;Name;Found on;Fixed on", "D3;x;2025-01-02;2025-02-11", "D3"),
            ("Number;Short description;Opened;Closed", "INC4;x;2025-01-02;2025-02-11", "INC4"),
            ("#;CVE;Title;First seen;Remediated on", "1;CVE-2025-1234;x;2025-01-02;2025-02-11", "CVE-2025-1234"),
            ("#;CVE;Title;First seen;Remediated on", "1;;x;2025-01-02;2025-02-11", "#1"),
            ("Finding ID;Title;Detection date;Closure date", "P-3;x;2025-01-02;2025-02-11", "P-3"),
            (
                "Id;Reporter;Date Submitted;Updated;Status;Resolution;Summary;Date closed",
                "7;a;2025-01-02;2025-02-12;closed;fixed;x;2025-02-11",
                "#7",
            ),
            (
                "Ticket ID;Subject;Status;Created time;Resolved time;Resolution time",
                "7;x;Solved;2025-01-02;2025-02-11;40",
                "#7",
            ),
            ("Task ID;Created At;Completed At;Last Modified;Name", "T7;2025-01-02;2025-02-11;2025-02-12;x", "T7"),
            (
                "#;Tracker;Status;Priorität;Thema;Angelegt;Geschlossen;Privat",
                "7;Security;Erledigt;Hoch;x;2025-01-02;2025-02-11;Nein",
                "#7",
            ),
            (
                "Vorgangsschlüssel;Vorgangs-ID;Zusammenfassung;Erstellt;Erledigt",
                "SEC-1;10012;x;2025-01-02;2025-02-11",
                "SEC-1",
            ),
            ("Nr.;Bezeichnung;Datum;Erledigt am", "7;x;2025-01-02;2025-02-11", "#7"),
            (
                "Case Number;Subject;Date/Time Opened;Created Date;Closed Date",
                "00012;x;2025-01-02;;2025-02-11",
                "#00012",
            ),
        ] {
            let found = issues(&format!("{header}\n{row}\n"), &[]);
            let [issue] = found.as_slice() else { panic!("{header}: {found:?}") };
            let days: Vec<String> = issue.events.iter().map(|event| event.at.date_naive().to_string()).collect();
            assert_eq!((issue.id.as_str(), issue.title.as_str()), (id, "x"), "{header}");
            assert_eq!(days, ["2025-01-02", "2025-02-11"], "{header}");
        }
    }

    #[test]
    fn what_the_state_says_of_the_end() {
        use crate::model::issue::Resolution::{Accepted, Duplicate, Fixed, None as Nothing, NotAffected};
        for (state, resolution, closed) in [
            ("Fixed", Fixed, true),
            ("Won't fix", Accepted, true),
            ("Duplicate", Duplicate, true),
            ("RESOLVED FIXED", Fixed, true),
            ("VERIFIED INVALID", NotAffected, true),
            ("Closed (Won't Fix)", Accepted, true),
            ("Closed - Duplicate", Duplicate, true),
            ("Done", Nothing, true),
            ("Behoben", Fixed, true),
            ("Gelöst", Nothing, true),
            ("Wird nicht behoben", Accepted, true),
            ("Kein Fehler", NotAffected, true),
            ("Duplikat", Duplicate, true),
            ("Abgelehnt", Nothing, true),
            ("In Bearbeitung", Nothing, false),
            ("Wiedereröffnet", Nothing, false),
            ("Zurückgestellt", Nothing, false),
        ] {
            let found = issues(&format!("Nr.;Status;Erstellt;Erledigt\n1;{state};2025-01-02;2025-02-11\n"), &[]);
            let end = found[0].events.iter().any(|event| event.kind == EventKind::Closed);
            assert_eq!((found[0].resolution, end), (resolution, closed), "{state}");
        }
    }

    #[test]
    fn every_field_has_names_and_durations_are_no_dates() {
        for field in crate::model::policy::ISSUE_COLUMNS {
            assert!(!super::standing_for(field, &[field.replace('_', "")]).is_empty(), "{field}");
        }
        let read = issues("Id,Created,Resolution time,Fixed,Erledigt\n1,2025-01-02,5,1.2.0,nein\n", &[]);
        assert_eq!(read[0].events.len(), 1, "{read:?}");
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
