//! What reports on a stretch of time, and what only looks like it.

use lookback_reading::{Kind, Reader, Reading};

fn read(path: &str, text: &str) -> Reading {
    Reader::new(&[], &[]).read(path, text.as_bytes())
}

fn met(reading: &Reading) -> Vec<&'static str> {
    reading.constraints.iter().filter(|(_, answer)| answer.met()).map(|(constraint, _)| constraint.id()).collect()
}

fn period(reading: &Reading) -> (String, String) {
    let day = |stated: &Option<lookback_reading::Stated<chrono::NaiveDate>>| {
        stated.as_ref().map_or_else(String::new, |stated| stated.value.to_string())
    };
    (day(&reading.fields.period_from), day(&reading.fields.period_to))
}

/// An incident report speaks of yearly and quarterly work; it reviews no year and no quarter.
#[test]
fn an_incident_report_is_no_periodic_review() {
    let text = "# Incident report: stolen session key\n\n**Date:** 2025-04-07\n**Severity:** high\n\n## Timeline\n\n- 06:40 an attacker used a stolen session key in production\n- 07:15 the security team revoked the key\n- 08:00 all sessions were closed\n\n## Root cause\n\nThe key was kept in the image of the service. The quarterly scan did not cover images, and the yearly audit was not extended to them.\n\n## Actions taken\n\n- The vulnerability in the image build was fixed and customers were told.\n- The security incident was reported to the committee.\n\n## Lessons learned\n\n- Images are now part of the monthly scan.\n- Keys were added to the annual review of credentials.\n";
    let reading = read("incidents/2025-04-07-incident-report.md", text);
    assert_eq!(reading.kind, Kind::Record, "{reading:#?}");
    assert_eq!(met(&reading), ["4.1.6#a", "4.1.6#b"], "{:#?}", reading.constraints);
}

/// The month or year in a report's name is its period; what is no report is held on a day.
#[test]
fn reports_named_after_their_period() {
    for (path, title, from, to) in [
        ("reports/2026-03.md", "2026-03", "2026-03-01", "2026-03-31"),
        ("updates/update-2022-10.md", "Update 2022-10", "2022-10-01", "2022-10-31"),
        ("blog/report.md", "Security report: 2023", "2023-01-01", "2023-12-31"),
        ("updates/a.md", "January & February 2026 update", "2026-01-01", "2026-02-28"),
        ("blog/incident.md", "Incident report 2023", "", ""),
        ("blog/audit.md", "Security assessment report 2023", "", ""),
        ("notes.md", "Roadmap 2026", "", ""),
    ] {
        let text = format!(
            "# {title}\n\nThe team received 12 vulnerability reports. Nine were triaged within two days and fixed.\n"
        );
        assert_eq!(period(&read(path, &text)), (from.to_owned(), to.to_owned()), "{title}");
    }
}

#[test]
fn minutes_with_their_day_below_the_title() {
    let text = "# Security working group\n\n09 Feb 2021 | [Recording](https://example.org/r) | [Agenda](https://example.org/a)\n\n## Notes\n\nThe group met.\n";
    let reading = read("meetings/README.md", text);
    assert_eq!(reading.fields.date_held.map(|held| held.value.to_string()).as_deref(), Some("2021-02-09"));
}

/// News of releases name a month and many security problems, and look back at nothing.
#[test]
fn news_of_releases_are_no_reports() {
    for (path, title) in [
        ("blog/2024-09-29-security-releases.md", "September 2024 Security Releases"),
        ("posts/2025-06-monthly-update.md", "Monthly Update - June 2025"),
        ("docs/changelog.md", "Change log"),
    ] {
        let text = format!(
            "# {title}\n\nThe team has released new versions that address these vulnerabilities.\n\n## Security updates\n\n- **server 4.20.0**: fixed a cross-site scripting vulnerability (CVE-2024-43796) that was reported by a user.\n- **parser 1.20.3**: fixed a denial of service vulnerability (CVE-2024-45590); attackers could exhaust the memory.\n- **router 2.0.1**: improved the handling of paths, fixed CVE-2024-45296.\n- **send 0.19.0** and **static 1.16.0**: fixed template injection that was introduced in 0.17.1.\n\n## Upgrading\n\nWe recommend upgrading to 4.20.0 or later.\n"
        );
        let reading = read(path, &text);
        assert!(!reading.content_match.is_proven(), "{title}: {reading:#?}");
        assert!(met(&reading).is_empty(), "{title}: {:?}", met(&reading));
    }
}

/// A security review of one release judges that release.
#[test]
fn a_review_of_a_release_is_no_periodic_review() {
    let text = "# Gate 3 - Security review\n\n**Date:** 2026-02-15\n**Reviewer:** R. Lind\n\n## Findings\n\n| ID | Severity | Finding | Status |\n|---|---|---|---|\n| F-1 | High | missing authorisation | resolved |\n| F-2 | Medium | outdated library | resolved |\n\n## Assessment\n\n- All vulnerability findings of the release were triaged and recorded.\n- The vulnerabilities were fixed within two days.\n- The handling of the findings led to resolution; all security findings were closed before the release.\n";
    let reading = read("gates/gate-3-security-review.md", text);
    let review: Vec<_> = met(&reading).into_iter().filter(|id| id.starts_with("4.1.8")).collect();
    assert!(review.is_empty(), "{review:?}");
    assert!(!reading.presents_review);
}
