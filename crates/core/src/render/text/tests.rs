//! What the text report looks like, and that nothing in it can harm a terminal.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::model::report::Report;
use crate::render::sample;
use crate::render::style::Style;
use crate::render::text::*;

fn text(report: &Report, style: Style) -> String {
    let mut out = Vec::new();
    render(report, &mut out, &style).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample() {
    insta::assert_snapshot!(text(&sample::report(), Style::default()), @r#"
    acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming, 5 errors, 2 warnings, 1 note
    overdue: last review 2025-02-03, was due 2026-02-03, 101 days late (window 12-months)
    Next: fill 1 place in docs/quality/SR-2025.md (`lookback read docs/quality/SR-2025.md` lists
          what is missing), then commit it on a branch.
    Next: to judge what is undetermined: which issues affect deployed software: run with a token,
          or set the label `deployed` on such issues and export them.
    Gap: 451 days between the reviews of 2023-11-10 and 2025-02-03

    Constraints of IEC 81001-5-1
      conforms      4.1.6#a  improvement established    1 warning
      undetermined  4.1.6#b  deployed defects analysed
      conforms      4.1.8#a  review established
      nonconforming 4.1.8#b  issues examined            2 errors
      nonconforming 4.1.8#c  process assessed           1 error
      nonconforming 4.1.8#d  held annually              2 errors, 1 warning, 1 note
      not assessed, 4.1.6#b: nobody says which issues affect deployed software

    error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
        period, but the record only lists it as out of scope (4.1.8#b)
      --> docs/quality/SR-2024.md:18:1
    18 | ## Issues examined
       = help: examine #12 and name it in the record of the next review

    error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
        the period, but the record does not name it (4.1.8#b)
    --> docs/quality/SR-2024.md:18:1
     = note: docs/quality/SR-2024.md:9: the period of the review
     = help: examine CVE-2025-1234 and name it in the record of the next review

    error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
        open at the cut-off 2025-01-31 (4.1.8#c)
      --> docs/quality/SR-2024.md:41:3
    41 |   All security issues of the period were resolved and released.
       = note: docs/quality/SR-2024.md:22: #12 stands here as open
       = note: #12 was opened on 2024-06-03 and never closed
       = help: correct the conclusion, or name the open issues and why they may stay open

    error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
        days late (4.1.8#d)
     --> docs/quality/SR-2024.md:7:14
    7 |              2025-02-03
      = help: hold the review and commit its record; `lookback draft` writes one with the data filled
              in

    error[review-unfilled]: the record still holds 3 placeholders and does not count as held (4.1.8#d)
     --> docs/quality/SR-2025.md:5:11
    5 |           TODO(reviewer): name the participants
      = help: fill in the placeholders, or delete the file

    warning[action-untracked]: the improvement action has no owner and no due date (4.1.6#a)
      --> docs/quality/SR-2024.md:52:1
    52 | - Improve fuzzing of the drug library parser
       = help: name who does it, by when, and the issue that tracks it

    warning[review-gap]: 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow
        366 (4.1.8#d)
    --> docs/quality/SR-2024.md:7:14
     = help: explain the gap in the next record

    note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
        2025-02-10 (4.1.8#d)
    --> docs/quality/SR-2024.md
     = help: approve the changed record again

    Waived (1)
      closed-without-resolution [#9]: #9 was closed with neither fix, release, advisory, accepted risk
        nor reason; waived: duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)

    Coverage
      docs/quality/SR-2024.md: 4 security issues managed in 2023-11-01 to 2025-01-31, 2 examined, 2
        missing
      open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2
      for the next review: #12, #15, CVE-2025-1234
      documents: 1 as review, 1 as procedure, 2 without effect (-v says why)

    Not seen (1)
      which issues affect deployed software: neither advisories nor labels were read: the run was
        offline
        not judged without it: IEC 81001-5-1 4.1.6#b
        help: run with a token, or set the label `deployed` on such issues and export them

    nonconforming: 5 errors, 2 warnings, 1 note, 1 waived, 1 thing not seen; exit code 1: an error
      stands
    "#);
}

#[test]
fn the_sample_quiet() {
    insta::assert_snapshot!(text(&sample::report(), Style { verbosity: -1, ..Style::default() }), @r#"
    acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming, 5 errors, 2 warnings, 1 note

    error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
        period, but the record only lists it as out of scope (4.1.8#b)
      --> docs/quality/SR-2024.md:18:1
    18 | ## Issues examined
       = help: examine #12 and name it in the record of the next review

    error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
        the period, but the record does not name it (4.1.8#b)
    --> docs/quality/SR-2024.md:18:1
     = note: docs/quality/SR-2024.md:9: the period of the review
     = help: examine CVE-2025-1234 and name it in the record of the next review

    error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
        open at the cut-off 2025-01-31 (4.1.8#c)
      --> docs/quality/SR-2024.md:41:3
    41 |   All security issues of the period were resolved and released.
       = note: docs/quality/SR-2024.md:22: #12 stands here as open
       = note: #12 was opened on 2024-06-03 and never closed
       = help: correct the conclusion, or name the open issues and why they may stay open

    error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
        days late (4.1.8#d)
     --> docs/quality/SR-2024.md:7:14
    7 |              2025-02-03
      = help: hold the review and commit its record; `lookback draft` writes one with the data filled
              in

    error[review-unfilled]: the record still holds 3 placeholders and does not count as held (4.1.8#d)
     --> docs/quality/SR-2025.md:5:11
    5 |           TODO(reviewer): name the participants
      = help: fill in the placeholders, or delete the file
    "#);
}

#[test]
fn the_sample_in_full() {
    insta::assert_snapshot!(text(&sample::report(), Style { verbosity: 1, ..Style::default() }), @r#"
    acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming, 5 errors, 2 warnings, 1 note
    overdue: last review 2025-02-03, was due 2026-02-03, 101 days late (window 12-months)
    Next: fill 1 place in docs/quality/SR-2025.md (`lookback read docs/quality/SR-2025.md` lists
          what is missing), then commit it on a branch.
    Next: to judge what is undetermined: which issues affect deployed software: run with a token,
          or set the label `deployed` on such issues and export them.
    Gap: 451 days between the reviews of 2023-11-10 and 2025-02-03

    Constraints of IEC 81001-5-1
      conforms      4.1.6#a  improvement established    1 warning
                     docs/quality/SR-2024.md:50: “The threat model is now updated at every change of
                       an interface.”
      undetermined  4.1.6#b  deployed defects analysed
      conforms      4.1.8#a  review established
                     docs/quality/problem-resolution-review-procedure.md:12: “The security officer
                       reviews the problem resolution process once a year.”
      nonconforming 4.1.8#b  issues examined            2 errors
      nonconforming 4.1.8#c  process assessed           1 error
      nonconforming 4.1.8#d  held annually              2 errors, 1 warning, 1 note
                     docs/quality/SR-2024.md:7: “2025-02-03”
      not assessed, 4.1.6#b: nobody says which issues affect deployed software

    error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
        period, but the record only lists it as out of scope (4.1.8#b)
      --> docs/quality/SR-2024.md:18:1
       |
    18 | ## Issues examined
       | ^^^^^^^^^^^^^^^^^^
       |
       = help: examine #12 and name it in the record of the next review

    error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
        the period, but the record does not name it (4.1.8#b)
    --> docs/quality/SR-2024.md:18:1
     = note: docs/quality/SR-2024.md:9: the period of the review
     = help: examine CVE-2025-1234 and name it in the record of the next review

    error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
        open at the cut-off 2025-01-31 (4.1.8#c)
      --> docs/quality/SR-2024.md:41:3
       |
    41 |   All security issues of the period were resolved and released.
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: docs/quality/SR-2024.md:22: #12 stands here as open
       = note: #12 was opened on 2024-06-03 and never closed
       = help: correct the conclusion, or name the open issues and why they may stay open

    error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
        days late (4.1.8#d)
     --> docs/quality/SR-2024.md:7:14
      |
    7 |              2025-02-03
      |              ^^^^^^^^^^
      |
      = help: hold the review and commit its record; `lookback draft` writes one with the data filled
              in

    error[review-unfilled]: the record still holds 3 placeholders and does not count as held (4.1.8#d)
     --> docs/quality/SR-2025.md:5:11
      |
    5 |           TODO(reviewer): name the participants
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: fill in the placeholders, or delete the file

    warning[action-untracked]: the improvement action has no owner and no due date (4.1.6#a)
      --> docs/quality/SR-2024.md:52:1
       |
    52 | - Improve fuzzing of the drug library parser
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name who does it, by when, and the issue that tracks it

    warning[review-gap]: 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow
        366 (4.1.8#d)
    --> docs/quality/SR-2024.md:7:14
     = help: explain the gap in the next record

    note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
        2025-02-10 (4.1.8#d)
    --> docs/quality/SR-2024.md
     = help: approve the changed record again

    Waived (1)
      closed-without-resolution [#9]: #9 was closed with neither fix, release, advisory, accepted risk
        nor reason; waived: duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)

    Coverage
      docs/quality/SR-2024.md: 4 security issues managed in 2023-11-01 to 2025-01-31, 2 examined, 2
        missing
      open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2
      missing: #12, CVE-2025-1234
      for the next review: #12, #15, CVE-2025-1234

    Documents with a signal (4)
      docs/quality/SR-2024.md: counts as review (record, matched by content): held on 2025-02-03, the
        last review
      docs/quality/problem-resolution-review-procedure.md: counts as procedure (procedure, matched by
        path and content): prescribes a review once a year
      docs/quality/SR-2025.md: does not count (template, matched by content): 3 placeholders are not
        filled in
      docs/security-review.md: does not count (template, matched by path): an empty template: no date,
        no issues

    Reviews (4)
      docs/quality/SR-2022.md (SR-2022): held 2022-11-14, period up to 2022-10-31, status Approved,
        approved by R. Vogel, Head of Quality, counted
      docs/quality/SR-2023.md (SR-2023): held 2023-11-10, period 2022-11-01 to 2023-10-31, status
        Approved, approved by R. Vogel, Head of Quality, counted
      docs/quality/SR-2024.md (SR-2024): held 2025-02-03, period 2023-11-01 to 2025-01-31, status
        Approved, approved by R. Vogel, Head of Quality, counted
      docs/quality/SR-2025.md (SR-2025): undated, status Draft, not counted: 3 placeholders are not
        filled in

    Improvement actions (1)
      A2 Extend the fuzzing plan to the service port (J. Lindt, due 2024-06-30, #41): decided
        2023-11-10, called done 2025-02-03 (docs/quality/SR-2024.md:48); shown by issue #41 closed
        2024-05-02

    Security issues (5)
      id             severity  state   opened      closed      resolution  release  managed  examined
      #12            high      open    2024-06-03  -           none        -        yes      no
          Service port accepts the default password (told by history, issues.json)
      #15            low       open    2025-11-30  -           none        -        no       -
          Bluetooth pairing without confirmation (審査中) (told by history, issues.json)
      #7             medium    closed  2023-12-01  2024-01-18  fixed       v2.3.0   yes      yes
          Update check accepts an expired certificate (told by history, issues.json)
      #9             unrated   closed  2024-02-11  2024-12-30  none        -        yes      yes
          Log shows the pairing key (told by history, issues.json)
      CVE-2025-1234  critical  closed  2025-01-20  2025-04-02  fixed       v2.4.1   yes      no
          Heap overflow in the drug library parser (told by history, issues.json)

    Measures for 2023-11-01 to 2025-01-31
      measure                                               all
      managed                                               4
      identified                                            4
      resolved                                              2
      open at the cut-off                                   2
      carried over                                          0
      reopened                                              0
      days to first response: median, p90 (n)               n/a (0)
      days to resolution: median, p90 (n)                   185.5, 323.0 (2)
      days to fix available: median, p90 (n)                48.0, 48.0 (1)
      fixed before the report: 0 days each                  1 (#9)
      days from identification to release: median, p90 (n)  62.0, 62.0 (1)
      days from fix to release: median, p90 (n)             14.0, 14.0 (1)
      days to resolution, or open: median (n, open)         323 (4, 2)
      open for 0–30, 31–90, 91–180, over 180 days           1, 0, 0, 1
      identified in the period and fixed by its end         25.0 % of 4
      How these may flatter:
      - fixed before the report, 0 days each: 1 (#9)
      - called no issue of security any more, and counted no longer: none known, and nothing of the kind is told by issues.json

    Not seen (1)
      which issues affect deployed software: neither advisories nor labels were read: the run was
        offline
        not judged without it: IEC 81001-5-1 4.1.6#b
        help: run with a token, or set the label `deployed` on such issues and export them
      Commits before the revision, and their trees, are taken for what their names say; the revision,
        its trees, its documents and every other file that is read are hashed again. `git fsck` does it
        for all.

    nonconforming: 5 errors, 2 warnings, 1 note, 1 waived, 1 thing not seen; exit code 1: an error
      stands
    "#);
}

#[test]
fn many_alike_are_counted_and_named() {
    let mut report = sample::report();
    let template = report.findings[0].clone();
    report.findings = (0..200)
        .map(|n| Finding { subject: format!("#{n}"), message: format!("#{n} is not named"), ..template.clone() })
        .collect();
    let concise = text(&report, Style::default());
    assert!(concise.contains("error[issue-not-examined]: 200 cases: "), "{concise}");
    assert_eq!(concise.matches("## Issues examined").count(), 1, "a place is quoted once: {concise}");
    assert!(concise.contains("= and 197 more (-v shows each): #3, #4, "), "{concise}");
    assert!(concise.contains(" and 190 more\n"), "{concise}");
    assert!(concise.lines().count() < 60, "{concise}");
    assert_eq!(text(&report, Style { verbosity: 1, ..Style::default() }).matches(" is not named\n").count(), 200);
}

#[test]
fn exit_codes_are_explained() {
    let mut report = sample::report();
    report.verdict = Verdict::Conforms;
    for (code, meaning) in [(0, "nothing stands"), (1, "--strict"), (3, "could not be seen")] {
        report.exit_code = code;
        assert!(text(&report, Style { width: 200, ..Style::default() }).contains(meaning));
    }
}

fn without_color(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn colour_changes_nothing_but_colour() {
    for verbosity in -1..=1 {
        let style = Style { verbosity, ..Style::default() };
        let colored = text(&sample::report(), Style { color: true, ..style });
        assert!(colored.contains('\u{1b}'));
        assert_eq!(without_color(&colored), text(&sample::report(), style));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn hostile_words_stay_words(words in "(::error::| ::|##\\[|\r|\n|\u{1b}\\[31m|\u{9b}|\u{202e}|\u{7}|\u{2028}|\\PC){0,12}", verbosity in -1i8..=1, width in 30usize..140) {
        let style = Style { width, verbosity, ..Style::default() };
        let text = text(&sample::poisoned(&words), style);
        let obeyed = text.chars().find(|c| *c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(c)));
        prop_assert_eq!(obeyed, None);
        for line in text.lines() {
            prop_assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{}", line);
        }
    }

    #[test]
    fn lines_fit_where_words_allow(width in 60usize..160) {
        let text = text(&sample::report(), Style { width, ..Style::default() });
        let too_wide: Vec<_> = text.lines().filter(|line| line.width() > width.max(100)).collect();
        prop_assert!(too_wide.is_empty(), "{too_wide:#?}");
    }
}
