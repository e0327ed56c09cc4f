//! Dates and periods in running text, in the forms people write. Ambiguous forms stay ambiguous. English and German in full; of
//! other languages the dates to the day, with the months of the vocabulary.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::{Captures, Regex};

use crate::formats::hints::Hints;
use crate::grammar::lexicon::lexicon;

/// What parsers ask of dates.
pub(crate) const HINTS: Hints = Hints { is_day, begins_with_month: starts_with_month };

/// A date as exact as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// To the day.
    Day(NaiveDate),
    /// To the month.
    Month(i32, u32),
    /// To the quarter.
    Quarter(i32, u32),
    /// To the half-year.
    Half(i32, u32),
    /// To the year.
    Year(i32),
    /// Two readings are possible.
    Ambiguous,
}

impl Written {
    /// First day.
    pub(crate) fn first(self) -> Option<NaiveDate> {
        match self {
            Written::Day(day) => Some(day),
            Written::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Written::Quarter(year, quarter) => NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1),
            Written::Half(year, half) => NaiveDate::from_ymd_opt(year, half * 6 - 5, 1),
            Written::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
            Written::Ambiguous => None,
        }
    }

    /// Last day.
    pub(crate) fn last(self) -> Option<NaiveDate> {
        let end_of_month = |year: i32, month: u32| {
            let (year, month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
            NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
        };
        match self {
            Written::Day(day) => Some(day),
            Written::Month(year, month) => end_of_month(year, month),
            Written::Quarter(year, quarter) => end_of_month(year, quarter * 3),
            Written::Half(year, half) => end_of_month(year, half * 6),
            Written::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Written::Ambiguous => None,
        }
    }
}

/// A date found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where.
    pub(crate) range: Range<usize>,
    /// What.
    pub(crate) written: Written,
}

const MONTHS: [(&str, u32); 26] = [
    ("january", 1),
    ("februar", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("januar", 1),
    ("jänner", 1),
    ("februarj", 2),
    ("feber", 2),
    ("märz", 3),
    ("maerz", 3),
    ("mai", 5),
    ("juni", 6),
    ("juli", 7),
    ("oktober", 10),
    ("dezember", 12),
    ("mrz", 3),
    ("february", 2),
    ("sept", 9),
];

const MONTH: &str = r"(?:jan(?:uary|uar)?|jänner|feb(?:ruary|ruar|er)?|mar(?:ch)?|märz|maerz|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)";

/// Month number of an English or German name or its abbreviation of at least three letters.
pub fn month(name: &str) -> Option<u32> {
    let name = name.trim_end_matches('.').to_lowercase();
    if name.chars().count() < 3 {
        return None;
    }
    MONTHS.iter().find(|(full, _)| full.starts_with(&name) || *full == name).map(|(_, month)| *month).or(match &*name {
        "okt" => Some(10),
        "dez" => Some(12),
        _ => None,
    })
}

/// The months of the languages of which only dates are read, as alternatives, the longest first.
static OTHER_MONTHS: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<String> = lexicon().months.keys().map(|name| regex::escape(name)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    format!("(?:{})", names.join("|"))
});

fn pattern(text: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, covered by tests")]
    Regex::new(&text.replace("{M}", MONTH).replace("{O}", &OTHER_MONTHS)).expect("constant pattern")
}

static ANY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        (?P<iso>\b(?:19|20)\d\d(?:--?|\.|/|_)(?:0?[1-9]|1[0-2])(?:--?|\.|/|_)(?:3[01]|[12]\d|0?[1-9])(?:\b|T|_))
      | (?P<dmy>\b(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:\s+of\s+|[-.\s]{1,3})(?P<dmym>{M})\b\.?,?\s*-?\s*(?P<dmyy>(?:19|20)\d\d)\b)
      | (?P<ynd>\b(?P<yndy>(?:19|20)\d\d)[-.\s/_](?P<yndm>{M})[-.\s/_](?P<yndd>3[01]|[12]\d|0?[1-9])(?:\b|_))
      | (?P<mdy>\b(?P<mdym>{M})\b\.?\s+(?P<mdyd>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<mdyy>(?:19|20)\d\d)\b)
      | (?P<other>\b(?:3[01]|[12]\d|0?[1-9])(?:er|º|°|\.)?\s+(?:de\s+)?(?P<otherm>{O})\b,?\s+(?:de\s+)?(?P<othery>(?:19|20)\d\d)\b)
      | (?P<signs>\b(?:19|20)\d\d\s?[年년]\s?(?:1[0-2]|0?[1-9])\s?[月월]\s?(?:3[01]|[12]\d|0?[1-9])\s?[日일])
      | (?P<vietnamese>\b(?:3[01]|[12]\d|0?[1-9])\s+tháng\s+(?:1[0-2]|0?[1-9]),?\s+năm\s+(?:19|20)\d\d\b)
      | (?P<dot>\b(?:3[01]|[12]\d|0?[1-9])\.\s?(?:1[0-2]|0?[1-9])\.\s?(?:19|20)\d\d\b)
      | (?P<slash>\b\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d\b)
      | (?P<quarter>\b(?:Q\s?(?P<q1>[1-4])[\s/,-]*(?:of\s+)?(?P<qy1>(?:19|20)\d\d)|(?P<qy2>(?:19|20)\d\d)[\s/-]*Q(?P<q2>[1-4])|(?P<q3>[1-4])\.\s?quartal\s+(?P<qy3>(?:19|20)\d\d))\b)
      | (?P<half>\b(?:H(?P<h1>[12])[\s/-]*(?P<hy1>(?:19|20)\d\d)|(?P<hy2>(?:19|20)\d\d)[\s/-]*H(?P<h2>[12])|(?P<h3>[12])\.\s?halbjahr\s+(?P<hy3>(?:19|20)\d\d))\b)
      | (?P<my>\b(?P<mym>{M})\b\.?,?[\s-]+(?P<myy>(?:19|20)\d\d)\b)
      | (?P<ym>\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])\b)
      | (?P<year>\b(?:19|20)\d\d\b)",
    )
});

/// Every date in a text, years included, left to right.
pub(crate) fn find(text: &str) -> Vec<Found> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    ANY.captures_iter(text)
        .filter_map(|found| Some(Found { range: found.get(0)?.range(), written: meaning(&found)? }))
        .collect()
}

/// Does a text name the day, to the day?
pub(crate) fn names(text: &str, day: NaiveDate) -> bool {
    find(text).into_iter().any(|found| found.written == Written::Day(day))
}

fn meaning(found: &Captures<'_>) -> Option<Written> {
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    let year = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i32>().ok());
    let digits = |name: &str| {
        found.name(name).map(|m| {
            m.as_str()
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|part| part.parse::<u32>().ok())
                .collect::<Vec<_>>()
        })
    };
    let day = |y: i32, m: u32, d: u32| NaiveDate::from_ymd_opt(y, m, d).map(Written::Day);
    for form in ["iso", "signs"] {
        if let Some([y, m, d]) = digits(form).as_deref() {
            return day(i32::try_from(*y).ok()?, *m, *d);
        }
    }
    if found.name("other").is_some() {
        let month = *lexicon().months.get(&found["otherm"].to_lowercase())?;
        return day(year("othery")?, month, *digits("other")?.first()?);
    }
    if found.name("dmy").is_some() {
        let d = *digits("dmy")?.first()?;
        return day(year("dmyy")?, month(found.name("dmym")?.as_str())?, d);
    }
    for [form, y, m, d] in [["mdy", "mdyy", "mdym", "mdyd"], ["ynd", "yndy", "yndm", "yndd"]] {
        if found.name(form).is_some() {
            return day(year(y)?, month(found.name(m)?.as_str())?, number(d)?);
        }
    }
    for form in ["dot", "vietnamese"] {
        if let Some([d, m, y]) = digits(form).as_deref() {
            return day(i32::try_from(*y).ok()?, *m, *d);
        }
    }
    if let Some([a, b, y]) = digits("slash").as_deref() {
        let y = i32::try_from(*y).ok()?;
        return match (*a, *b) {
            (a, b) if a == b => day(y, a, b),
            (a, b) if a > 12 => day(y, b, a),
            (a, b) if b > 12 => day(y, a, b),
            (1..=12, 1..=12) => Some(Written::Ambiguous),
            _ => None,
        };
    }
    for (q, y) in [("q1", "qy1"), ("q2", "qy2"), ("q3", "qy3")] {
        if let (Some(q), Some(y)) = (number(q), year(y)) {
            return Some(Written::Quarter(y, q));
        }
    }
    for (h, y) in [("h1", "hy1"), ("h2", "hy2"), ("h3", "hy3")] {
        if let (Some(h), Some(y)) = (number(h), year(y)) {
            return Some(Written::Half(y, h));
        }
    }
    if found.name("my").is_some() {
        return Some(Written::Month(year("myy")?, month(found.name("mym")?.as_str())?));
    }
    if let Some([y, m]) = digits("ym").as_deref() {
        return Some(Written::Month(i32::try_from(*y).ok()?, *m));
    }
    year("year").map(Written::Year)
}

static OPEN_START: LazyLock<Regex> = LazyLock::new(|| {
    // A start without a year takes the year of the end: "January to December 2025", "Q1 – Q4 2025", "1 May – 31 July 2025".
    pattern(
        r"(?ix)\b(?:(?P<d>3[01]|[12]\d|0?[1-9])(?:\.|st|nd|rd|th)?\s+)?(?:(?P<m>{M})\b\.?(?:\s+(?P<d2>3[01]|[12]\d|0?[1-9])\b(?:st|nd|rd|th)?)?|Q(?P<q>[1-4])|(?P<dd>3[01]|[12]\d|0?[1-9])\.(?P<dm>1[0-2]|0?[1-9])\.)
        \s*,?\s*(?:to|bis|until|through|thru|and|und|&|-|–|—|\.\.\.?|…)\s*$",
    )
});

static QUARTER_ONLY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s*(?:to|bis|through|-|–|—)\s*$"));

/// First and last day of the period that a value states: two dates, one month, quarter or year, or one open end.
pub(crate) fn period(value: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let found = find(value);
    let Some(first) = found.first() else { return (None, None) };
    let before = &value[..first.range.start];
    if let Some(open) = OPEN_START.captures(before)
        && let Some(to) = first.written.last()
    {
        let get = |name: &str| open.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
        let from = if let Some(q) = get("q") {
            Written::Quarter(to.year(), q).first()
        } else if let (Some(d), Some(m)) = (get("dd"), get("dm")) {
            NaiveDate::from_ymd_opt(to.year(), m, d)
        } else {
            open.name("m")
                .and_then(|m| month(m.as_str()))
                .and_then(|m| NaiveDate::from_ymd_opt(to.year(), m, get("d").or(get("d2")).unwrap_or(1)))
        };
        let from = from.map(|from| if from > to { from.with_year(from.year() - 1).unwrap_or(from) } else { from });
        return (from, Some(to));
    }
    let lower = before.to_lowercase();
    if let Some(second) = found.get(1).filter(|_| first.written != Written::Ambiguous) {
        let between = &value[first.range.end..second.range.start];
        let joint = between.trim_matches(['.', ' ']);
        if between.chars().count() <= 24 && !joint.contains(['.', ';', '\n']) || QUARTER_ONLY.is_match(between) {
            let (from, to) = (first.written.first(), second.written.last());
            if from <= to {
                return (from, to);
            }
        }
    }
    let says =
        |words: &[&str]| words.iter().any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == *word));
    match first.written {
        Written::Day(day) if says(&["since", "seit", "from", "ab", "von"]) => (Some(day), None),
        Written::Day(day) if says(&["until", "to", "bis", "through", "thru", "ending", "ended", "cut"]) => {
            (None, Some(day))
        }
        Written::Day(_) | Written::Ambiguous => (None, None),
        wide => (wide.first(), wide.last()),
    }
}

static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?P<y>(?:19|20)\d\d)\s+(?P<a>{M})\b\.?\s*(?:-|–|—|to|bis|through|until)\s*(?P<b>{M})\b")
});

static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\b(?:(?:3[01]|[12]\d|0?[1-9])(?:\.|st|nd|rd|th)?\s+)?(?:{M}\b\.?|Q[1-4]|(?:19|20)\d\d-\d\d(?:-\d\d)?|\d{1,2}\.\d{1,2}\.(?:\d{4})?)
        (?:\s+(?:3[01]|[12]\d|0?[1-9])\b)?(?:,?\s+(?:19|20)\d\d)?[\s-]*(?:-|–|—|&|to|bis(?:\s+zum)?|through|until|and|und)[\s-]*
        (?:(?:3[01]|[12]\d|0?[1-9])(?:\.|st|nd|rd|th)?\s+)?(?:{M}\b\.?|Q[1-4]|(?:19|20)\d\d-\d\d(?:-\d\d)?|\d{1,2}\.\d{1,2}\.\d{4})
        (?:\s+(?:3[01]|[12]\d|0?[1-9])\b)?(?:,?\s+(?:19|20)\d\d)?",
    )
});

/// What joins the two ends of a range, and nothing else.
static UP_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:-|–|—|(?:up\s+)?to|through|until|bis(?:\s+(?:zum|einschließlich))*)(?:\s+(?:and\s+including|including|the))*\s*$",
    )
});

/// The quarter, half-year or range that a title or sentence names, from 27 days to two years long.
pub(crate) fn span(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let fits = |from: NaiveDate, to: NaiveDate| {
        let days = (to - from).num_days();
        (27..=740).contains(&days).then_some((from, to))
    };
    if let Some(found) = YEAR_FIRST.captures(text) {
        let year = found["y"].parse().ok()?;
        let first = Written::Month(year, month(&found["a"])?).first()?;
        return fits(first, Written::Month(year, month(&found["b"])?).last()?);
    }
    if let Some((_, from, to)) = range(text)
        && let Some(span) = fits(from, to)
    {
        return Some(span);
    }
    let is_wide = |found: &Found| matches!(found.written, Written::Quarter(..) | Written::Half(..));
    let wide: Vec<Found> = find(text).into_iter().filter(is_wide).collect();
    match wide.as_slice() {
        [only] => fits(only.written.first()?, only.written.last()?),
        // "from the 4th quarter of 2024 up to and including the 3rd of 2025"
        [one, other] => {
            let joined = UP_TO.is_match(&text[one.range.end..other.range.start]);
            fits(one.written.first()?, other.written.last()?).filter(|_| joined)
        }
        _ => None,
    }
}

/// Where a title or a name holds a range between two dates, and its first and last day.
pub(crate) fn range(text: &str) -> Option<(Range<usize>, NaiveDate, NaiveDate)> {
    let found = RANGE.find(text)?;
    if mixed(text).is_some() {
        return None;
    }
    match period(found.as_str()) {
        (Some(from), Some(to)) => Some((found.range(), from, to)),
        _ => None,
    }
}

/// Where a title or a name holds what looks like a range and is none: `Q4 2025 – 14 January 2026` names a period and a day. A day
/// that ends or begins a month may be the end of a range all the same.
pub(crate) fn mixed(text: &str) -> Option<Range<usize>> {
    let place = RANGE.find(text)?.range();
    let overlaps = |found: &Found| found.range.start < place.end && place.start < found.range.end;
    let dates: Vec<Found> = find(text).into_iter().filter(overlaps).collect();
    let first_of_month = |day: NaiveDate| day.day() == 1;
    let last_of_month = |day: NaiveDate| day.succ_opt().is_some_and(first_of_month);
    let mixed = match dates.iter().map(|found| found.written).collect::<Vec<_>>().as_slice() {
        [Written::Day(_), .., Written::Day(_)] => false,
        [Written::Day(from), .., _] => !first_of_month(*from),
        [_, .., Written::Day(to)] => !last_of_month(*to),
        [Written::Day(to)] => {
            let open = OPEN_START.captures(&text[place.start.min(dates[0].range.start)..dates[0].range.start]);
            let wide = open.is_some_and(|open| ["d", "d2", "dd"].iter().all(|day| open.name(day).is_none()));
            wide && !last_of_month(*to)
        }
        _ => false,
    };
    // "From Q4 2025 to 14 January 2026" says what it means.
    let last = dates.last().map_or(place.start, |last| last.range.start);
    let dash = text[place.start.min(last)..last].trim_end().ends_with(['-', '–', '—']);
    (mixed && dash).then_some(place)
}

static COMPACT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(^|[^0-9])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([^0-9]|$)"));

/// A file name in which dates stand as in a text: `review_20250314.md` → `review-2025-03-14.md`.
pub(crate) fn spaced(name: &str) -> String {
    // What ends one day may begin the next: `20250101-20251231`.
    let once = COMPACT.replace_all(name, "$1$2-$3-$4$5").into_owned();
    COMPACT.replace_all(&once.replace('_', "-"), "$1$2-$3-$4$5").into_owned()
}

/// Is a text nothing but one day?
fn is_day(text: &str) -> bool {
    match find(text).as_slice() {
        [found] => matches!(found.written, Written::Day(_)) && found.range.len() == text.trim().len(),
        _ => false,
    }
}

/// Does a text begin with a month's name?
pub(crate) fn starts_with_month(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
    month(&word).is_some() && !text[word.len()..].trim_start_matches(['.', ' ']).starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<Written> {
        find(text).first().map(|found| found.written)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_in_every_form() {
        for (text, expected) in [
            ("2024-04-26", "2024-04-26"),
            ("26 Apr 2024", "2024-04-26"),
            ("Jun 1 2018", "2018-06-01"),
            ("March 9, 2024", "2024-03-09"),
            ("09.03.2024", "2024-03-09"),
            ("14. November 2025", "2025-11-14"),
            ("14. März 2025", "2025-03-14"),
            ("3rd of May 2025", "2025-05-03"),
            ("badge/updated-2026--06--13-blue", "2026-06-13"),
            ("2025-03-14 (postponed from February)", "2025-03-14"),
            ("13/04/2026", "2026-04-13"),
            ("04/13/2026", "2026-04-13"),
            ("2026-07-04T10:00:00Z", "2026-07-04"),
            ("2025/03/14", "2025-03-14"),
            ("14-Mar-2025", "2025-03-14"),
            ("2023-JAN-11 Security group", "2023-01-11"),
            ("2021_Jun_14", "2021-06-14"),
            ("2025 March 3", "2025-03-03"),
            ("Friday, 14 March 2025", "2025-03-14"),
            ("1. Dez. 2025", "2025-12-01"),
            ("28 ноября 2025", "2025-11-28"),
            ("1er août 2025", "2025-08-01"),
            ("4 de marzo de 2025", "2025-03-04"),
            ("4 de março de 2025", "2025-03-04"),
            ("3. července 2025", "2025-07-03"),
            ("12 września 2025", "2025-09-12"),
            ("2025年3月14日", "2025-03-14"),
            ("2025년 3월 14일", "2025-03-14"),
            ("ngày 14 tháng 3 năm 2025", "2025-03-14"),
        ] {
            assert_eq!(one(text), Some(Written::Day(day(expected))), "{text}");
        }
    }

    #[test]
    fn coarse_and_ambiguous() {
        assert_eq!(one("03/04/2026"), Some(Written::Ambiguous));
        assert_eq!(one("Januar 2025"), Some(Written::Month(2025, 1)));
        assert_eq!(one("2026-07"), Some(Written::Month(2026, 7)));
        assert_eq!(one("Q4 2025"), Some(Written::Quarter(2025, 4)));
        assert_eq!(one("2026-Q3"), Some(Written::Quarter(2026, 3)));
        assert_eq!(one("4. Quartal 2025"), Some(Written::Quarter(2025, 4)));
        assert_eq!(one("31.02.2025"), None);
        assert_eq!(one("CVE-2024"), Some(Written::Year(2024)));
    }

    #[test]
    fn periods() {
        let both = |from: &str, to: &str| (Some(day(from)), Some(day(to)));
        for (text, expected) in [
            ("2025", both("2025-01-01", "2025-12-31")),
            ("Q1 2025 – Q4 2025", both("2025-01-01", "2025-12-31")),
            ("Q1–Q4 2025", both("2025-01-01", "2025-12-31")),
            ("January to December 2025", both("2025-01-01", "2025-12-31")),
            ("2025-01-01 to 2025-12-31", both("2025-01-01", "2025-12-31")),
            ("2025-01-01..2025-12-31", both("2025-01-01", "2025-12-31")),
            ("01.01.2025 bis 31.12.2025", both("2025-01-01", "2025-12-31")),
            ("1 May – 31 July 2025", both("2025-05-01", "2025-07-31")),
            ("01.01. bis 31.12.2025", both("2025-01-01", "2025-12-31")),
            ("since 2024-06-30 until 2025-06-30", both("2024-06-30", "2025-06-30")),
            ("March 2025", both("2025-03-01", "2025-03-31")),
            ("H1 2025", both("2025-01-01", "2025-06-30")),
            ("seit 30.06.2024", (Some(day("2024-06-30")), None)),
            ("November to February 2025", both("2024-11-01", "2025-02-28")),
        ] {
            assert_eq!(period(text), expected, "{text}");
        }
    }

    #[test]
    fn periods_in_titles_and_sentences() {
        for (text, expected) in [
            ("2023 July–December report", Some(("2023-07-01", "2023-12-31"))),
            ("2024 July–October report + new members", Some(("2024-07-01", "2024-10-31"))),
            ("This report details the activities from July to December 2023.", Some(("2023-07-01", "2023-12-31"))),
            ("The report covers 1 April 2025 to 30 June 2025.", Some(("2025-04-01", "2025-06-30"))),
            ("MR-2023-Q3", Some(("2023-07-01", "2023-09-30"))),
            ("PSIRT half-year report H1 2025", Some(("2025-01-01", "2025-06-30"))),
            ("Berichtszeitraum 01.11.2023 bis 31.10.2024", Some(("2023-11-01", "2024-10-31"))),
            ("January & February 2026 update", Some(("2026-01-01", "2026-02-28"))),
            ("Review 2025", None),
            ("Minutes of 14 March 2025", None),
            ("Post-mortem May 3-6, 2026", None),
            ("Q1 2025 compared with Q2 2025", None),
            ("Review Q4 2025 – 14 January 2026", Some(("2025-10-01", "2025-12-31"))),
            ("Review January 2025 – 31 December 2025", Some(("2025-01-01", "2025-12-31"))),
            ("It covers Q4 2025 to 14 January 2026.", Some(("2025-10-01", "2026-01-14"))),
        ] {
            let expected = expected.map(|(from, to)| (day(from), day(to)));
            assert_eq!(span(text), expected, "{text}");
        }
    }
}
