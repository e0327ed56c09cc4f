//! Fields of a record that are easily taken for each other: periods and days, names and roles.

use lookback_reading::{DateSource, Reader};

/// The date held with its source, and the period, of a document with this title under this name.
fn days(path: &str, title: &str, more: &str) -> String {
    let text = format!("# {title}\n\n{more}\n\nAll security issues of the period were examined.\n");
    let fields = Reader::new(&[], &[]).read(path, text.as_bytes()).fields;
    let held = fields.date_held.map_or_else(String::new, |held| held.value.to_string());
    let source = match fields.date_source {
        Some(DateSource::Title) => "title",
        Some(DateSource::FileName) => "name",
        Some(DateSource::Stated) => "stated",
        _ => "",
    };
    let day = |day: Option<lookback_reading::Stated<chrono::NaiveDate>>| {
        day.map_or_else(String::new, |d| d.value.to_string())
    };
    format!("{held} {source} {}/{}", day(fields.period_from), day(fields.period_to))
}

#[test]
fn a_range_in_a_title_or_a_name_is_a_period_and_no_day() {
    for (path, title, more, expected) in [
        ("docs/review.md", "Security review 2025-01-01 to 2025-12-31", "", "  2025-01-01/2025-12-31"),
        (
            "docs/review.md",
            "Security review 2025-01-01 – 2025-12-31, held 2026-01-20",
            "",
            "2026-01-20 title 2025-01-01/2025-12-31",
        ),
        ("docs/security-review-2025-01-01_2025-12-31.md", "Security review", "", "  2025-01-01/2025-12-31"),
        ("docs/security-review-20250101-20251231.md", "Security review", "", "  2025-01-01/2025-12-31"),
        ("docs/security-review_2025-01-01_to_2025-12-31.md", "Security review", "", "  2025-01-01/2025-12-31"),
        // A meeting of two days is held on the last of them.
        ("docs/review.md", "Security review 2025-03-13 to 2025-03-14", "", "2025-03-14 title /"),
        // Other days of titles and names are no days of a review that looks back on them.
        (
            "docs/review.md",
            "Security review of the release of 2025-06-30",
            "Period: 2025-01-01 to 2025-12-31",
            "  2025-01-01/2025-12-31",
        ),
        (
            "docs/security-review-2025-06-30.md",
            "Security review",
            "Period: 2025-01-01 to 2025-12-31",
            "  2025-01-01/2025-12-31",
        ),
        (
            "docs/security-review-2026-01-15.md",
            "Security review",
            "Period: 2025-01-01 to 2025-12-31",
            "2026-01-15 name 2025-01-01/2025-12-31",
        ),
        (
            "docs/security-review-2025-12-31.md",
            "Security review",
            "Period: 2025",
            "2025-12-31 name 2025-01-01/2025-12-31",
        ),
    ] {
        assert_eq!(days(path, title, more), expected, "{path}: {title}; {more}");
    }
}

#[test]
fn a_role_behind_a_name_is_no_other_person() {
    let people = |list: &str| -> Vec<String> {
        let text =
            format!("# Security review 2025-03-14\n\n## Participants\n\n{list}\n\n## Result\n\nAll was examined.\n");
        let fields = Reader::new(&[], &[]).read("docs/review.md", text.as_bytes()).fields;
        fields.participants.into_iter().map(|person| person.value).collect()
    };
    assert_eq!(
        people(
            "- Dr. Anna Weber, quality manager\n- Jan Koch, Head of Development\n- R. Vogel (quality)\n- Eva Brandt, QMB"
        ),
        [
            "Dr. Anna Weber (quality manager)",
            "Jan Koch (Head of Development)",
            "R. Vogel (quality)",
            "Eva Brandt (QMB)"
        ]
    );
    assert_eq!(
        people("- Anna Weber, Leiterin Qualität; Jan Koch, Entwickler\n- Ute Lang, Max Roth"),
        ["Anna Weber (Leiterin Qualität)", "Jan Koch (Entwickler)", "Ute Lang", "Max Roth"]
    );
    assert_eq!(
        people("- anna, jan\n- @ute, @max\n- Eva Brandt, @eva"),
        ["anna", "jan", "@ute", "@max", "Eva Brandt", "@eva"]
    );
}
