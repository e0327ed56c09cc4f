//! The life of a reminder over the years, against a small model of the server.

use crate::writeback::reminder::*;
use lookback_core::render::sample;

const NAME: &str = "Lookback";

fn me() -> Me {
    Me { login: Some("github-actions[bot]".into()) }
}

fn bot() -> Author {
    Author { login: "github-actions[bot]".into(), kind: "Bot".into() }
}

/// What the server keeps.
#[derive(Default)]
struct Server {
    issues: Vec<StandingReminder>,
    comments: Vec<Comment>,
}

impl Server {
    /// One run: looks, plans and writes until nothing is left to do. Returns what was written.
    fn run(&mut self, report: &Report) -> Vec<String> {
        let mut written = Vec::new();
        loop {
            let wanted = wanted(report, NAME);
            let existing = find(NAME, &me(), &self.issues).cloned();
            let Some(write) = plan(&wanted, NAME, &me(), existing.as_ref(), &self.comments) else { return written };
            written.push(told(&write, &|number| format!("#{number}")));
            assert!(written.len() < 5, "{written:?}");
            self.apply(write);
        }
    }

    fn apply(&mut self, write: ReminderWrite) {
        match write {
            ReminderWrite::Create(text) => self.issues.push(StandingReminder {
                number: self.issues.len() as u64 + 1,
                state: "open".into(),
                title: text.title,
                body: Some(text.body),
                user: Some(bot()),
                pull_request: None,
            }),
            ReminderWrite::Update { number, text, retitle, reopen } => {
                let issue = self.issue(number);
                if retitle {
                    issue.title = text.title;
                }
                issue.body = Some(text.body);
                if reopen {
                    issue.state = "open".into();
                }
            }
            ReminderWrite::Comment { body, .. } => {
                self.comments.push(Comment { id: 1, body: Some(body), user: Some(bot()) });
            }
            ReminderWrite::Close { number, body, .. } => {
                let issue = self.issue(number);
                (issue.state, issue.body) = ("closed".into(), Some(body));
            }
        }
    }

    fn issue(&mut self, number: u64) -> &mut StandingReminder {
        self.issues.iter_mut().find(|issue| issue.number == number).unwrap()
    }
}

/// The sample with its window in this state.
fn report(state: State, last: &str, due: &str, left: i64) -> Report {
    let mut report = sample::report();
    report.cadence.state = state;
    report.cadence.last_review = Some(last.parse().unwrap());
    report.cadence.due = Some(due.parse().unwrap());
    report.cadence.days_left = Some(left);
    report
}

#[test]
fn a_year_and_the_next() {
    let mut server = Server::default();
    let nothing: Vec<String> = Vec::new();
    let current = report(State::Current, "2025-02-03", "2026-02-03", 200);
    assert_eq!(server.run(&current), nothing, "nothing is due");
    let soon = report(State::DueSoon, "2025-02-03", "2026-02-03", 40);
    assert_eq!(server.run(&soon), ["reminder issue opened"]);
    assert_eq!(server.run(&soon), nothing, "the second run writes nothing");
    let tomorrow = report(State::DueSoon, "2025-02-03", "2026-02-03", 39);
    assert_eq!(server.run(&tomorrow), nothing, "a day more changes nothing");
    let mut missing = tomorrow.clone();
    missing.next_population.managed.push("#77".into());
    assert_eq!(server.run(&missing), ["reminder issue #1 updated"]);
    let overdue = report(State::Overdue, "2025-02-03", "2026-02-03", -1);
    assert_eq!(server.run(&overdue), ["reminder issue #1 updated"]);
    let held = report(State::Current, "2026-02-10", "2027-02-10", 365);
    assert_eq!(server.run(&held), ["1 comment on reminder issue #1", "reminder issue #1 closed"]);
    assert_eq!(server.run(&held), nothing);
    let next_year = report(State::DueSoon, "2026-02-10", "2027-02-10", 30);
    assert_eq!(server.run(&next_year), ["reminder issue #1 opened again"]);
    let held_again = report(State::Current, "2027-02-01", "2028-02-01", 365);
    assert_eq!(server.run(&held_again), ["1 comment on reminder issue #1", "reminder issue #1 closed"]);
    assert_eq!((server.issues.len(), server.comments.len()), (1, 2), "never a second one");
}

#[test]
fn interrupted_between_the_comment_and_the_closing_it_says_it_once() {
    let mut server = Server::default();
    server.run(&report(State::DueSoon, "2025-02-03", "2026-02-03", 40));
    let held = report(State::Current, "2026-02-10", "2027-02-10", 365);
    let existing = find(NAME, &me(), &server.issues).cloned();
    let first = plan(&wanted(&held, NAME), NAME, &me(), existing.as_ref(), &[]).unwrap();
    server.apply(first);
    assert_eq!(server.run(&held), ["reminder issue #1 closed"]);
    assert_eq!(server.comments.len(), 1);
}

#[test]
fn what_a_person_closes_stays_closed_until_it_is_overdue() {
    let mut server = Server::default();
    let soon = report(State::DueSoon, "2025-02-03", "2026-02-03", 40);
    server.run(&soon);
    server.issues[0].state = "closed".into();
    assert!(server.run(&soon).is_empty());
    let overdue = report(State::Overdue, "2025-02-03", "2026-02-03", -1);
    assert_eq!(server.run(&overdue), ["reminder issue #1 opened again"]);
    server.issues[0].state = "closed".into();
    assert!(server.run(&overdue).is_empty());
}

#[test]
fn what_we_closed_opens_again_when_the_lapse_comes_back() {
    let mut server = Server::default();
    let overdue = report(State::Overdue, "2025-02-03", "2026-02-03", -7);
    server.run(&overdue);
    server.run(&report(State::Current, "2026-02-10", "2027-02-10", 365));
    assert_eq!(server.issues[0].state, "closed");
    assert_eq!(value("reminder", "closed", server.issues[0].body.as_deref().unwrap()), Some("us"));
    // The record is taken back: the window is the former one.
    assert_eq!(server.run(&overdue), ["reminder issue #1 opened again"]);
    server.issues[0].state = "closed".into();
    assert!(server.run(&overdue).is_empty(), "now a person closed it");
}

#[test]
fn a_title_that_people_changed_stays_theirs() {
    let mut server = Server::default();
    server.run(&report(State::DueSoon, "2025-02-03", "2026-02-03", 40));
    server.issues[0].title = "Q1: security review, see calendar".into();
    let overdue = report(State::Overdue, "2025-02-03", "2026-02-03", -1);
    assert_eq!(server.run(&overdue), ["reminder issue #1 updated"]);
    assert_eq!(server.issues[0].title, "Q1: security review, see calendar");
    server.issues[0].title = "The review of security defect management is overdue since 2026-02-03".into();
    server.run(&report(State::DueSoon, "2026-02-03", "2027-02-03", 40));
    assert!(server.issues[0].title.ends_with("is due by 2027-02-03"), "ours is ours again");
}

#[test]
fn of_two_runs_at_once_the_newer_issue_is_closed() {
    let mut server = Server::default();
    server.run(&report(State::DueSoon, "2025-02-03", "2026-02-03", 40));
    let twin = StandingReminder { number: 2, ..server.issues[0].clone() };
    server.issues.push(twin);
    for write in surplus(NAME, &me(), &server.issues.clone()) {
        assert_eq!(told(&write, &|number| format!("#{number}")), "reminder issue #2 closed, for there is an older one");
        server.apply(write);
    }
    assert_eq!((server.issues[0].state.as_str(), server.issues[1].state.as_str()), ("open", "closed"));
}

#[test]
fn a_day_in_the_text_is_no_reason_to_write() {
    let mut server = Server::default();
    let on = |day: &str, left: i64| {
        let mut soon = report(State::DueSoon, "2025-02-03", "2026-02-03", left);
        soon.subject.as_of = day.parse().unwrap();
        soon.findings[0].message = format!("judged on {day}, {left} days before");
        soon
    };
    server.run(&on("2026-01-01", 33));
    assert!(server.run(&on("2026-01-02", 32)).is_empty());
}

#[test]
fn what_reads_issues_knows_it() {
    let ReminderWanted::Open(text) = wanted(&report(State::DueSoon, "2025-02-03", "2026-02-03", 40), NAME) else {
        panic!("nothing due")
    };
    assert!(text.body.starts_with(lookback_core::intake::REMINDER_MARK));
}

#[test]
fn ticks_survive_an_update_and_no_other_year() {
    let mut server = Server::default();
    let mut soon = report(State::DueSoon, "2025-02-03", "2026-02-03", 40);
    server.run(&soon);
    let item = "Judge completeness, efficiency and resolution";
    let ticked = server.issues[0].body.clone().unwrap().replace(&format!("- [ ] {item}"), &format!("- [x] {item}"));
    server.issues[0].body = Some(ticked);
    assert!(server.run(&soon).is_empty(), "a tick is no reason to write");
    soon.next_population.managed.push("#77".into());
    server.run(&soon);
    assert!(server.issues[0].body.as_ref().unwrap().contains(&format!("- [x] {item}")));
    server.run(&report(State::Current, "2026-02-01", "2027-02-01", 365));
    server.run(&report(State::DueSoon, "2026-02-01", "2027-02-01", 40));
    assert!(server.issues[0].body.as_ref().unwrap().contains(&format!("- [ ] {item}")));
}

#[test]
fn a_stranger_with_our_marker_does_not_hijack_it() {
    let soon = report(State::DueSoon, "2025-02-03", "2026-02-03", 40);
    let ReminderWanted::Open(text) = wanted(&soon, NAME) else { panic!("nothing due") };
    let strange = StandingReminder {
        number: 1,
        state: "closed".into(),
        title: text.title.clone(),
        body: Some(text.body.clone()),
        user: Some(Author { login: "mallory".into(), kind: "User".into() }),
        pull_request: None,
    };
    let pull =
        StandingReminder { number: 2, user: Some(bot()), pull_request: Some(serde_json::json!({})), ..strange.clone() };
    let mut server = Server { issues: vec![strange.clone(), pull], comments: Vec::new() };
    assert_eq!(server.run(&soon), ["reminder issue opened"]);
    assert_eq!(server.issues[0], strange, "left alone");
    let held = report(State::Current, "2026-02-10", "2027-02-10", 365);
    let said = Marker::new("held", NAME).with("on", "2026-02-10").line();
    server.comments.push(Comment { id: 9, body: Some(said), user: strange.user.clone() });
    assert_eq!(server.run(&held).len(), 2, "a stranger's comment is not ours");
}

#[test]
fn what_cannot_be_told_leaves_the_reminder_alone() {
    let mut server = Server::default();
    server.run(&report(State::DueSoon, "2025-02-03", "2026-02-03", 40));
    let mut held = report(State::Current, "2026-02-10", "2027-02-10", 365);
    held.constraints[5].verdict = Verdict::Undetermined;
    held.constraints[5].not_assessed.push("the clone is shallow".into());
    assert_eq!(wanted(&held, NAME), ReminderWanted::Unknown("the clone is shallow".into()));
    assert!(server.run(&held).is_empty());
    assert_eq!(server.issues[0].state, "open");
}

#[test]
fn the_text_is_a_checklist() {
    let mut soon = report(State::DueSoon, "2025-02-03", "2026-02-03", 40);
    soon.next_population.managed = vec!["#15".into()];
    let ReminderWanted::Open(text) = wanted(&soon, NAME) else { panic!("nothing due") };
    let shown = text.body.replace(value("reminder", "text", &text.body).unwrap(), "TEXT");
    insta::assert_snapshot!(format!("{}\n{shown}", text.title), @r###"
    The review of security defect management is due by 2026-02-03
    <!-- lookback:reminder key=2d956cea96dc due=2026-02-03 phase=due-soon text=TEXT title=6fffda260c8f4b60 -->
    IEC 81001-5-1:2021 4.1.8 asks for a review at least annually (every 12 months). The last review was held on 2025-02-03; the next is due on 2026-02-03, and from 2026-02-04 on the check fails.

    ### To do

    - [ ] Write the draft: `lookback draft` puts all that the data say beside the last record, and keeps what people wrote
    - [ ] Fill the places that it leaves to people, marked `TODO(reviewer)`
    - [ ] Hold the review, with its participants, period and cut-off stated
    - [ ] Judge completeness, efficiency and resolution
    - [ ] Follow up the actions of the review before
    - [ ] Commit the record and have it approved by somebody other than its author

    ### Issues to examine (1)

    - [ ] \#15 Bluetooth pairing without confirmation (審査中)

    ### Missing (5)

    - [ ] issue-not-examined: \#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope (<code>docs/quality/SR-2024.md:18</code>)
    - [ ] issue-not-examined: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in the period, but the record does not name it (<code>docs/quality/SR-2024.md:18</code>)
    - [ ] conclusion-contradicted: the record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31 (<code>docs/quality/SR-2024.md:41</code>)
    - [ ] review-unfilled: the record still holds 3 placeholders and does not count as held (<code>docs/quality/SR-2025.md:5</code>)
    - [ ] action-untracked: the improvement action has no owner and no due date (<code>docs/quality/SR-2024.md:52</code>)

    This issue follows the state: it is updated when that changes, and closed when the review is held.
    "###);
}

#[test]
fn hostile_and_huge_reports_stay_inert_and_within_bounds() {
    for words in ["::error:: <!-- lookback:reminder --> @octocat ![x](http://e.org)\n- [x] done", &"A".repeat(10_000)] {
        let mut report = sample::poisoned(words);
        report.cadence.state = State::DueSoon;
        report.next_population.managed = vec![words.to_owned(); 5_000];
        let template = report.findings[0].clone();
        report.findings.extend(vec![template; 5_000]);
        let ReminderWanted::Open(text) = wanted(&report, NAME) else { panic!("nothing due") };
        assert!(text.body.chars().count() <= 65_536, "{}", text.body.chars().count());
        assert!(text.title.chars().count() <= 256);
        assert_eq!(text.body.matches("<!--").count(), 1);
        assert!(!text.body.contains("](http://") && !text.body.contains("@octocat") && !text.body.contains("- [x]"));
    }
}
