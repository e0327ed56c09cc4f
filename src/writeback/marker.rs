//! How we find again what we wrote: a hidden line at the very beginning, believed only where the author is us. Pure.

use chrono::NaiveDate;
use serde::Deserialize;

/// Who writes: the account of the token, as far as the server tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Me {
    /// Its login; `None`: the server does not say (a bare installation token), then any bot may be us.
    pub login: Option<String>,
}

/// The author of a comment, an issue or a status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Author {
    /// `octocat`, `github-actions[bot]`.
    #[serde(default)]
    pub login: String,
    /// `User`, `Bot`, `Organization`.
    #[serde(default, rename = "type")]
    pub kind: String,
}

impl Me {
    /// Did we write it? A stranger who copies the marker did not.
    pub(crate) fn wrote(&self, author: Option<&Author>) -> bool {
        match (&self.login, author) {
            (Some(login), Some(author)) => author.login.eq_ignore_ascii_case(login),
            (None, Some(author)) => author.kind == "Bot",
            (_, None) => false,
        }
    }
}

/// The hidden first line of a comment or an issue: what it is, whose set-up it belongs to, and what it remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// `comment`, `reminder`, `held`.
    pub kind: &'static str,
    /// Words without blanks, by name.
    pub fields: Vec<(&'static str, String)>,
}

impl Marker {
    /// A marker of the set-up with this name.
    pub(crate) fn new(kind: &'static str, name: &str) -> Self {
        Marker { kind, fields: vec![("key", digest(&[name])[..12].to_owned())] }
    }

    /// Remembers the day of the run and the days left on it.
    #[must_use]
    pub(crate) fn dated(self, day: NaiveDate, left: Option<i64>) -> Self {
        let dated = self.with("day", &day.to_string());
        left.map_or(dated.clone(), |left| dated.with("left", &left.unsigned_abs().to_string()))
    }

    /// Remembers something; blanks and angle brackets cannot be remembered.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.replace(|c: char| c.is_whitespace() || "<>".contains(c), "_")));
        self
    }

    /// The line, without its end.
    pub(crate) fn line(&self) -> String {
        let fields: String = self.fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("<!-- lookback:{}{fields} -->", self.kind)
    }

    /// Does the text begin with a marker of this kind and set-up, whatever else it remembers?
    pub(crate) fn begins(&self, text: &str) -> bool {
        self.key().is_some_and(|key| key == value(self.kind, "key", text).unwrap_or_default())
    }

    fn key(&self) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == "key").map(|(_, value)| value.as_str())
    }
}

/// What the marker at the beginning of the text remembers under a name.
pub(crate) fn value<'a>(kind: &str, name: &str, text: &'a str) -> Option<&'a str> {
    let line = text.lines().next()?.trim_end();
    let fields = line.strip_prefix("<!-- lookback:")?.strip_suffix(" -->")?.strip_prefix(kind)?.strip_prefix(' ')?;
    fields.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
}

/// The text with one thing more remembered in its marker; without a marker, as it is.
pub(crate) fn remembering(text: &str, name: &str, said: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = first.trim_end();
    match line.strip_prefix("<!-- lookback:").and_then(|fields| fields.strip_suffix(" -->")) {
        Some(fields) => {
            let kept = fields.split(' ').filter(|field| field.split_once('=').is_none_or(|(other, _)| other != name));
            format!("<!-- lookback:{} {name}={said} -->\n{rest}", kept.collect::<Vec<_>>().join(" "))
        }
        None => text.to_owned(),
    }
}

/// The text below the marker without the day of the run and the days left on it, which the marker remembers: what changes with the
/// calendar alone is no news. The server may change line ends and the last blank.
pub(crate) fn undated(kind: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut below = text.split_once('\n').map_or("", |(_, below)| below).trim_end().to_owned();
    if let Some(day) = value(kind, "day", &text) {
        below = below.replace(day, "DAY");
    }
    let Some(left) = value(kind, "left", &text).and_then(|left| left.parse::<u64>().ok()) else { return below };
    let mut out = String::new();
    let mut rest = below.as_str();
    let days = format!("{left} day");
    while let Some(at) = rest.find(&days) {
        let (before, after) = rest.split_at(at);
        let whole = !before.ends_with(|c: char| c.is_ascii_digit());
        let end = if after[days.len()..].starts_with('s') { days.len() + 1 } else { days.len() };
        out += before;
        out += if whole { "DAYS" } else { &after[..end] };
        rest = &after[end..];
    }
    out + rest
}

/// A name for contents: the same parts, the same 40 digits.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
    digest.as_ref().iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(login: &str, kind: &str) -> Author {
        Author { login: login.into(), kind: kind.into() }
    }

    #[test]
    fn only_our_own_words_are_ours() {
        let named = Me { login: Some("github-actions[bot]".into()) };
        assert!(named.wrote(Some(&author("GitHub-Actions[bot]", "Bot"))));
        assert!(!named.wrote(Some(&author("mallory", "User"))));
        assert!(!named.wrote(Some(&author("other[bot]", "Bot"))));
        assert!(!named.wrote(None), "a deleted account");
        let unnamed = Me::default();
        assert!(unnamed.wrote(Some(&author("any[bot]", "Bot"))));
        assert!(!unnamed.wrote(Some(&author("mallory", "User"))));
    }

    #[test]
    fn a_marker_is_found_again_at_the_beginning_and_nowhere_else() {
        let marker = Marker::new("reminder", "Lookback").with("due", "2027-02-03").with("odd", "a b-->c");
        let text = format!("{}\n\nText", marker.line());
        assert_eq!(
            marker.line(),
            format!("<!-- lookback:reminder key={} due=2027-02-03 odd=a_b--_c -->", marker.fields[0].1)
        );
        assert!(Marker::new("reminder", "Lookback").begins(&text));
        assert!(Marker::new("reminder", "Lookback").begins(&text.replace('\n', "\r\n")));
        assert_eq!(value("reminder", "due", &text), Some("2027-02-03"));
        assert_eq!(value("reminder", "other", &text), None);
        for stranger in [Marker::new("comment", "Lookback"), Marker::new("reminder", "Pump")] {
            assert!(!stranger.begins(&text));
        }
        assert!(!marker.begins(&format!("> {text}")), "a quotation is no marker");
        assert!(!marker.begins("") && !marker.begins("<!-- lookback:reminder -->"));
    }

    #[test]
    fn a_text_without_its_day_and_what_a_marker_learns_later() {
        let on = |day: &str, left: i64, words: &str| {
            let marker = Marker::new("comment", "Lookback").dated(day.parse().unwrap(), Some(left));
            format!("{}\n{words}\n", marker.line())
        };
        let one = on("2026-02-03", -1, "Judged on 2026-02-03: 1 day late, 11 days apart.");
        let two = on("2026-02-04", -2, "Judged on 2026-02-04: 2 days late, 11 days apart.");
        assert_eq!(undated("comment", &one), undated("comment", &two.replace('\n', "\r\n")));
        assert_eq!(undated("comment", &one), "Judged on DAY: DAYS late, 11 days apart.");
        assert_ne!(undated("comment", &one), undated("comment", &one.replace("apart", "away")));
        let closed = remembering(&one, "closed", "us");
        assert_eq!((value("comment", "closed", &closed), value("comment", "left", &closed)), (Some("us"), Some("1")));
        assert_eq!(remembering(&closed, "closed", "us"), closed);
        assert_eq!(remembering("a text", "closed", "us"), "a text");
    }

    #[test]
    fn contents_have_one_name() {
        assert_eq!(digest(&["a", "b"]), digest(&["a", "b"]));
        assert_ne!(digest(&["ab", ""]), digest(&["a", "b"]));
    }
}
