//! Files whose path carries the signal and of which the reader makes nothing: no such file is passed over without a word.

use lookback_core::model::DocumentPolicy;
use lookback_reading::{Answer, Kind, Reading, decode};

/// Tables: they are documents where the path says so, and most hold lists of issues.
const TABLES: [&str; 2] = ["csv", "tsv"];
/// Other texts that are documents where the path says so.
const TEXTS: [&str; 4] = ["text", "log", "rest", "xhtml"];
/// Formats in which people keep documents, and which nobody reads here.
const UNREAD: [&str; 12] = ["eml", "tex", "wpd", "wps", "fodt", "sxw", "xps", "mht", "mhtml", "djvu", "tif", "tiff"];

/// Every how many letters of a text of another language is one that neither English nor German has, at least; and so many it takes.
const STRANGE: usize = 50;
const ENOUGH: usize = 5;

/// Is a file of this extension a document for its path alone?
pub(crate) fn is_signalled(path: &str, extension: &str, policy: &DocumentPolicy) -> bool {
    let by_name = UNREAD.contains(&extension) && is_named(path, policy);
    by_name || (TABLES.contains(&extension) || TEXTS.contains(&extension)) && policy.path_signal.is_match(path)
}

/// Does the name of the file itself carry the signal, and not only a folder?
fn is_named(path: &str, policy: &DocumentPolicy) -> bool {
    policy.path_signal.is_match(path.rsplit('/').next().unwrap_or(path))
}

/// Is it a table? One is no document for its path alone.
pub(crate) fn is_table(path: &str) -> bool {
    TABLES.contains(&extension(path).as_str())
}

/// Why a file cannot be read, by its extension.
pub(crate) fn not_read(path: &str) -> Option<Reading> {
    let extension = extension(path);
    UNREAD.contains(&extension.as_str()).then(|| {
        let why = format!("{} is not read: save it as DOCX or PDF", extension.to_uppercase());
        Reading { limits: vec![why], ..Reading::default() }
    })
}

/// Why what was read of a file with the signal may be less than it says.
pub(crate) fn doubt(path: &str, bytes: &[u8], reading: &Reading, policy: &DocumentPolicy) -> Option<String> {
    // A declaration says what it is, and not that it is understood.
    let presents = reading.presents_review && reading.declared.is_none();
    let understood = presents || reading.content_match != Answer::Absent;
    if understood || !reading.limits.is_empty() {
        return None;
    }
    if is_table(path) {
        let list = !reading.references.is_empty() && reading.fields.date_held.is_none();
        let why = "nothing in this table is understood as a review: save it as XLSX, DOCX or Markdown";
        return (!list && is_named(path, policy)).then(|| why.to_owned());
    }
    let silent = matches!(reading.kind, Kind::Other | Kind::Record) && is_strange(&text(bytes, reading));
    silent.then(|| "written in a language that is not recognised: not judged".to_owned())
}

/// The text of a file, or what is known of one that is none.
fn text(bytes: &[u8], reading: &Reading) -> String {
    const HEAD: usize = 20_000;
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.contains(&0) || head.starts_with(b"%PDF") {
        return reading.fields.title.as_ref().map(|title| title.value.clone()).unwrap_or_default();
    }
    decode(head).0
}

/// Does a text hold many letters that neither English nor German has?
fn is_strange(text: &str) -> bool {
    let (mut letters, mut strange) = (0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        letters += 1;
        strange += usize::from(!letter.is_ascii() && !"äöüßÄÖÜẞ".contains(letter));
    }
    strange >= ENOUGH && strange * STRANGE >= letters
}

fn extension(path: &str) -> String {
    path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_reading::{Reader, Sought};

    fn doubted(path: &str, text: &str) -> bool {
        let reader = Reader::new(&[], &[]);
        let (reading, _) = reader.read_sized(path, text.as_bytes(), (None, Sought::Everything));
        doubt(path, text.as_bytes(), &reading, &DocumentPolicy::default()).is_some()
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (path, text, expected) in [
            (
                "qm/security-review-2025.md",
                "# Rapport\n\nLes défauts signalés ont été traités, réparés et livrés.\n",
                true,
            ),
            ("qm/security-review-2025.md", "# Zpráva\n\nPočítače byly vyčištěny, žádné další kroky.\n", true),
            ("qm/security-review-2025.md", "# Notes\n\nTo be written by René.\n", false),
            ("qm/security-review-2025.md", "# Notizen\n\nHier steht noch nichts über die Prüfung.\n", false),
            ("qm/security-review-2025.csv", "who,when\nA. Weber,2025-03-14\n", true),
            ("qm/security-review-2025.csv", "id,title,state\n#4,Leak,closed\n#5,Crash,open\n", false),
            ("qm/security-review/who.csv", "who,when\nA. Weber,2025-03-14\n", false),
        ] {
            assert_eq!(doubted(path, text), expected, "{path}: {text}");
        }
        let why = not_read("qm/security-review-2025.EML").map(|reading| reading.limits.join(""));
        assert_eq!(why.as_deref(), Some("EML is not read: save it as DOCX or PDF"));
        assert!(not_read("qm/security-review-2025.md").is_none());
    }
}
