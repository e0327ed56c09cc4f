//! The names of columns, as data: which headers stand for which field. Pure.

use std::sync::LazyLock;

/// The lines of the table: their first word, and all others.
static LINES: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let lines = include_str!("headers.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(first, rest)| (first, rest.split(' ').collect())).collect()
});

/// The fields that hold dates.
pub(crate) const DATES: [&str; 6] = ["opened", "recognised", "responded", "closed", "published", "updated"];

fn line(first: &str) -> &'static [&'static str] {
    LINES.iter().find(|(own, _)| *own == first).map_or(&[], |(_, words)| words)
}

/// A header name without case, blanks and marks, with what stands in brackets.
pub(crate) fn whole(header: &str) -> String {
    let composed = lookback_reading::normal(header);
    composed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | ':'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The same without what stands in brackets.
pub(crate) fn plain(header: &str) -> String {
    whole(header.split('(').next().unwrap_or_default())
}

/// Of the plain names of a header those that stand for a field, best first.
pub(crate) fn standing_for(field: &str, names: &[String]) -> Vec<usize> {
    let places = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| test(name)).map(|(at, _)| at).collect()
    };
    let (mut bare, mut found) = (true, Vec::new());
    for common in line(field) {
        if *common == "+" {
            bare = !bare;
            continue;
        }
        let dated = |name: &str| DATES.contains(&field) && undated(name).any(|rest| rest == *common);
        found.extend(places(&|name| bare && name == *common || dated(name)));
    }
    if field == "id" {
        let joined = |name: &str, row: &str, word: &str| name.strip_prefix(row).is_some_and(|rest| rest == word);
        for word in line("names") {
            found.extend(places(&|name| line("rows").iter().any(|row| joined(name, row, word))));
        }
        for kind in ["alone", "public", "places"] {
            found.extend(line(kind).iter().flat_map(|common| places(&|name| name == *common)));
        }
    }
    found
}

/// Does a header name stand for a row's place in the list?
pub(crate) fn is_place(name: &str) -> bool {
    line("places").contains(&name)
}

/// Is it the column of the team's order of work, which rates nothing?
pub(crate) fn is_priority(name: &str) -> bool {
    line("order").contains(&name)
}

/// A header name without the word that makes it a date.
fn undated(name: &str) -> impl Iterator<Item = &str> {
    let before = line("before").iter().filter_map(|word| name.strip_prefix(word));
    let lasting = line("lasting").iter().filter_map(|word| name.strip_suffix(word)).filter(|rest| rest.ends_with("ed"));
    before.chain(line("behind").iter().filter_map(|word| name.strip_suffix(word))).chain(lasting)
}
