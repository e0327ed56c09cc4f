use proptest::prelude::*;

use crate::config::keys::keys;
use crate::config::parse::parse;
use crate::config::walk::*;
use crate::model::finding::Level;
use crate::model::issue::Severity;
use crate::model::period::Window;
use crate::model::policy::Policy;
use crate::model::policy::PullRequestLane;

const RULES: &[&str] = &["review-overdue", "review-hollow", "issue-not-examined"];

fn read(text: &str) -> Result<Policy, ConfigErrors> {
    parse(text, "lookback.toml", RULES)
}

fn places(text: &str) -> Vec<(usize, usize)> {
    read(text).unwrap_err().errors.iter().map(|error| (error.line, error.column)).collect()
}

#[test]
fn five_mistakes_are_all_reported_with_their_places() {
    let text = r#"
[cadence]
windw = "12-months"
start = "31.01.2025"

[issues]
labels = "security"
tracker_keys = ['SEC-(\d+']

[rules]
review-overdu = "error"
"#;
    insta::assert_snapshot!(read(text).unwrap_err(), @r###"
    lookback.toml:3:1: unknown key `windw` in [cadence]
      help: did you mean `window`? known here: `window`, `monitoring_plan`, `notice_days`, `start`, `backdating_days`, `fiscal_year_start`
    lookback.toml:4:9: `start`: "31.01.2025" is not a date
      help: write YYYY-MM-DD, for example `start = 2026-01-31`
    lookback.toml:7:10: `labels` is a string, expected a list of texts
      help: write for example `labels = ["security"]`
    lookback.toml:8:17: `tracker_keys`: "SEC-(\d+" is not a valid regular expression: unclosed group
      help: see https://docs.rs/regex/#syntax; single quotes spare doubled backslashes: 'SEC-\d+'
    lookback.toml:11:1: there is no rule `review-overdu`
      help: did you mean `review-overdue`? rules: `review-overdue`, `review-hollow`, `issue-not-examined`
    "###);
}

#[test]
fn declared_documents_keep_their_order_and_their_line() {
    let policy = read(
        "[[document]]\npath = \"quality/PSR-*.md\"\nis = \"review\"\n\n[[document]]\npath = \"quality/**\"\nis = \"none\"\n",
    );
    let declared = policy.unwrap().documents.declared;
    let told: Vec<_> = declared.iter().map(|one| (one.path.as_str(), one.declaration.told())).collect();
    assert_eq!(
        told,
        [
            ("quality/PSR-*.md", "declared as review in lookback.toml:1".to_owned()),
            ("quality/**", "declared as none in lookback.toml:5".to_owned()),
        ]
    );
    let wrong = "[[document]]\npath = \"a[\"\nis = \"reveiw\"\n\n[[document]]\nis = \"none\"\n";
    let said = read(wrong).unwrap_err().to_string();
    for words in
        ["lookback.toml:2:8: `path`: \"a[\" is not a valid glob", "did you mean `review`?", "lookback.toml:5:1: "]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_time_zone_is_one_of_the_database() {
    let policy = read("[issues]\ntime_zone = \"Europe/Berlin\"\n").unwrap();
    assert_eq!(policy.issues.time_zone, Some(chrono_tz::Tz::Europe__Berlin));
    insta::assert_snapshot!(read("[issues]\ntime_zone = \"europe/berlin\"\n").unwrap_err(), @r#"
    lookback.toml:2:13: `time_zone`: "europe/berlin" is no time zone
      help: did you mean "Europe/Berlin"? write its IANA name, for example `time_zone = "Europe/Berlin"`
    "#);
}

#[test]
fn a_syntax_error_does_not_hide_other_mistakes() {
    let text = "[cadence]\nwindow = \n[rules]\nreview-hollow = \"loud\"\n[issues\nfrom_history = 3\n";
    insta::assert_snapshot!(read(text).unwrap_err(), @r###"
    lookback.toml:2:10: syntax: string values must be quoted, expected literal string
      help: see https://toml.io for the notation
    lookback.toml:4:17: `review-hollow` = "loud" is not known
      help: allowed: `error`, `warning`, `note`, `off`
    lookback.toml:5:8: syntax: unclosed table, expected `]`
      help: see https://toml.io for the notation
    "###);
}

#[test]
fn waivers_lack_fields_and_name_rules_that_do_not_exist() {
    let text = "[[waiver]]\nrule = \"issue-not-examind\"\nsubject = \"#12\"\nexpires = 2026-02-30\n\n[[waiver]]\n\
        rule = \"review-hollow\"\nsubject = \" \"\nreason = \"r\"\napprover = \"a\"\nexpires = \"soon\"\nuntil = 1\n";
    insta::assert_snapshot!(read(text).unwrap_err(), @r###"
    lookback.toml:1:1: [[waiver]] without `approver`
      help: add for example `approver = "Jane Doe, QA"`
    lookback.toml:1:1: [[waiver]] without `reason`
      help: add for example `reason = "Examined in the risk file RMF-7."`
    lookback.toml:2:8: there is no rule `issue-not-examind`
      help: did you mean `issue-not-examined`? rules: `review-overdue`, `review-hollow`, `issue-not-examined`
    lookback.toml:4:11: syntax: invalid date, expected day between 01 and 28
      help: see https://toml.io for the notation
    lookback.toml:8:11: `subject` is empty
      help: write for example `subject = "#12"`
    lookback.toml:11:11: `expires`: "soon" is not a date
      help: write YYYY-MM-DD, for example `expires = 2026-01-31`
    lookback.toml:12:1: unknown key `until` in [[waiver]]
      help: known here: `rule`, `subject`, `reason`, `approver`, `expires`
    "###);
}

#[test]
fn every_key_is_understood() {
    let policy = read(
        r##"
[cadence]
window = "iso13485-4.1.3"
monitoring_plan = "MMP-1"
notice_days = 30
start = 2024-02-29
backdating_days = 0x0a
[documents]
path_signal = 'minutes'
extensions = [".MD", "pdf"]
exclude = ["a/**"]
include = ["docs/**"]
max_size_mib = 2
[issues]
labels = ["sec"]
title = 'leak'
tracker_keys = ['SEC-\d+', 'VUL-\d+']
from_history = false
files = ["docs/issues.csv"]
[issues.columns]
opened = "Gemeldet am"
[releases]
tag = '^v'
prerelease = 'rc'
[targets]
critical = 7
high = 30
medium = 90
low = 180
respond = 5
[rules]
review-hollow = "off"
review-overdue = "note"
[on]
pull_request = "report"
[[subject]]
repository = "acme/pump"
[[subject]]
repository = "acme/app"
name = "App"
tag = '^app-'
[[waiver]]
rule = "issue-not-examined"
subject = "#12"
reason = "Examined in RMF-7"
approver = "Jane"
expires = "2026-12-31"
"##,
    )
    .unwrap();
    assert_eq!(policy.cadence.window, Window::Iso13485 { plan: "MMP-1".into() });
    assert_eq!(policy.cadence.window_line, Some(3));
    assert_eq!((policy.cadence.notice_days, policy.cadence.backdating_days), (30, 10));
    assert_eq!(policy.cadence.start.unwrap().to_string(), "2024-02-29");
    assert!(policy.documents.path_signal.is_match("MINUTES.md"));
    assert_eq!(policy.documents.extensions, ["md", "pdf"]);
    assert_eq!(policy.documents.exclude, ["a/**"]);
    assert_eq!(policy.documents.include, ["docs/**"]);
    assert_eq!(policy.documents.max_size, 2 << 20);
    assert_eq!(policy.issues.labels, ["sec"]);
    assert!(policy.issues.title.is_match("Leak"));
    assert_eq!(policy.issues.tracker_keys.len(), 2);
    assert!(!policy.issues.from_history);
    assert_eq!(policy.issues.files, ["docs/issues.csv"]);
    assert_eq!(policy.issues.columns, [("opened".to_owned(), "Gemeldet am".to_owned())]);
    assert_eq!((policy.releases.tag.as_str(), policy.releases.prerelease.as_str()), ("^v", "rc"));
    assert_eq!(policy.targets.resolve(Some(Severity::Critical)), Some(7));
    assert_eq!(policy.targets.resolve(Some(Severity::Low)), Some(180));
    assert_eq!((policy.targets.respond_days, policy.targets.line), (Some(5), Some(26)));
    assert!(policy.levels.contains(&("review-hollow".to_owned(), None)));
    assert!(policy.levels.contains(&("review-overdue".to_owned(), Some(Level::Note))));
    assert_eq!(policy.pull_request, PullRequestLane::Report);
    assert_eq!(policy.subjects.len(), 2);
    assert_eq!((policy.subjects[0].name.as_str(), policy.subjects[1].name.as_str()), ("pump", "App"));
    assert_eq!(policy.waivers.len(), 1);
    assert_eq!((policy.waivers[0].line, policy.waivers[0].expires.to_string()), (42, "2026-12-31".to_owned()));
}

#[test]
fn defaults_in_the_table_are_the_defaults_of_the_policy() {
    let standard = format!("{:?}", Policy { origin: None, ..Policy::default() });
    for key in keys() {
        let Some(default) = key.default() else {
            assert!(!key.example.is_empty(), "{}", key.path);
            continue;
        };
        let (table, name) = key.split();
        let mut policy = read(&format!("[{table}]\n{name} = {default}\n")).unwrap_or_else(|e| panic!("{e}"));
        policy.origin = None;
        policy.cadence.window_line = None;
        let insensitive = |text: String| text.replace("(?i)", "");
        assert_eq!(insensitive(format!("{policy:?}")), insensitive(standard.clone()), "{}", key.path);
    }
}

#[test]
fn windows() {
    for (text, window) in [
        ("6-months", Some(Window::Months(6))),
        ("1-month", Some(Window::Months(1))),
        ("365-days", Some(Window::Days(365))),
        ("calendar-year", Some(Window::CalendarYear)),
        ("13-months", None),
        ("367-days", None),
        ("0-days", None),
        ("+3-months", None),
        ("99999999999-days", None),
        ("yearly", None),
        ("iso13485-4.1.3", None),
    ] {
        let read = read(&format!("[cadence]\nwindow = \"{text}\"\n"));
        assert_eq!(read.ok().map(|policy| policy.cadence.window), window, "{text}");
    }
    assert_eq!(places("[cadence]\nmonitoring_plan = \"x\"\n"), [(2, 1)]);
}

#[test]
fn files_stay_inside_the_repository() {
    assert_eq!(
        places("[issues]\nfiles = ['/etc/passwd', 'a/../../b', 'ok.csv', 'C:x']\n"),
        [(2, 10), (2, 25), (2, 48)]
    );
}

#[test]
fn columns_count_characters_and_byte_order_marks_are_skipped() {
    assert_eq!(places("\"äöü\" = 1\n'ß' = 2\n"), [(1, 1), (2, 1)]);
    assert_eq!(places("issues.\"ä\" = 1"), [(1, 8)]);
    assert_eq!(places("issues = { \"ä\" = 1, x = 2 }"), [(1, 12), (1, 21)]);
    assert!(read("\u{feff}[cadence]\nnotice_days = 3\r\n").is_ok());
    assert!(read("").is_ok());
}

#[test]
fn tables_of_the_wrong_shape() {
    for text in [
        "cadence = 3",
        "waiver = 3",
        "waiver = [1]",
        "[[cadence]]",
        "[waiver]",
        "rules = []",
        "subject.x = 1",
        "[[subject]]\nrepository = 'a'",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn near_misses() {
    assert_eq!(nearest("label", &["labels", "title"]), Some("labels"));
    assert_eq!(nearest("Notice-Days", &["notice_days"]), Some("notice_days"));
    assert_eq!(nearest("zzz", &["labels", "title"]), None);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn nearly_sound_text_never_panics(
        lines in proptest::collection::vec(
            (
                prop_oneof!["\\[{1,2}(cadence|issues|rules|waiver|subject|on)\\]{1,2}", "(window|labels|rule|expires|tag|x) ?"],
                prop_oneof!["", "= ?['\"\\[{]?[a-z0-9.:()+*-]{0,12}['\"\\]}]?", "= 2026-13-0[0-9]", "= 0[xob][0-9a-f_]{1,40}"],
            ),
            0..12,
        ),
    ) {
        let text: String = lines.iter().map(|(left, right)| format!("{left}{right}\n")).collect();
        if let Err(errors) = read(&text) {
            prop_assert!(!errors.errors.is_empty());
            prop_assert!(errors.errors.iter().all(|error| error.line >= 1 && error.column >= 1));
        }
    }
}
