//! Values that have to make sense beyond their type: windows, globs, extensions, files, sources.

use globset::Glob;

use crate::config::walk::{ConfigWalk, Entry, clean, one_of};
use crate::model::period::Window;
use crate::model::sources::{GitHubKind, HISTORY, github_source};

/// The texts of a list, without their places.
pub(crate) fn texts(found: Vec<(usize, String)>) -> Vec<String> {
    found.into_iter().map(|(_, text)| text).collect()
}

impl ConfigWalk<'_> {
    pub fn window(&mut self, entry: &Entry<'_>) -> Option<Window> {
        let text = self.text(entry, r#"window = "12-months""#)?;
        let number = |unit: &str| text.strip_suffix(unit).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let (found, too_long) = match text.as_str() {
            "calendar-year" => (Some(Window::CalendarYear), false),
            "iso13485-4.1.3" => (Some(Window::Iso13485 { plan: String::new() }), false),
            _ => {
                let months = number("-months").or_else(|| number("-month")).and_then(|n| n.parse::<u32>().ok());
                let days = number("-days").or_else(|| number("-day")).and_then(|n| n.parse::<u32>().ok());
                let window = months
                    .filter(|n| (1..=12).contains(n))
                    .map(Window::Months)
                    .or_else(|| days.filter(|n| (1..=366).contains(n)).map(Window::Days));
                (window, months.is_some_and(|n| n > 12) || days.is_some_and(|n| n > 366))
            }
        };
        if found.is_none() {
            let message = if too_long {
                format!(
                    "`window` = \"{}\" is longer than a year, and the review is to be held at least annually",
                    clean(&text)
                )
            } else {
                format!("`window` = \"{}\" is not known", clean(&text))
            };
            let help = "allowed: \"1-months\" to \"12-months\", \"1-days\" to \"366-days\", \"calendar-year\", \"iso13485-4.1.3\"";
            self.error_at(entry.value.span().start, message, help);
        }
        found
    }

    pub fn globs(&mut self, entry: &Entry<'_>) -> Option<Vec<String>> {
        let name = clean(entry.name);
        let found = self.list(entry, &format!(r#"{name} = ["docs/**"]"#))?;
        for (at, text) in &found {
            self.check_glob(&name, *at, text);
        }
        Some(texts(found))
    }

    /// One glob.
    pub fn glob(&mut self, entry: &Entry<'_>, example: &str) -> Option<String> {
        let text = self.text(entry, example)?;
        self.check_glob(&clean(entry.name), entry.value.span().start, &text);
        Some(text)
    }

    fn check_glob(&mut self, name: &str, at: usize, text: &str) {
        if let Err(error) = Glob::new(text) {
            let message =
                format!("`{name}`: \"{}\" is not a valid glob: {}", clean(text), clean(&error.kind().to_string()));
            self.error_at(at, message, "`*` stands for a name's part, `**` for any folders: `docs/**/*.md`");
        }
    }

    pub fn extensions(&mut self, found: Vec<(usize, String)>) -> Vec<String> {
        let mut extensions = Vec::new();
        for (at, text) in found {
            let extension = text.trim_start_matches('.').to_lowercase();
            if extension.is_empty() || extension.contains(['/', '\\', '*']) {
                let message = format!("`extensions`: \"{}\" is not a file name extension", clean(&text));
                self.error_at(at, message, "write the letters after the dot, for example \"md\"");
            } else {
                extensions.push(extension);
            }
        }
        extensions
    }

    pub fn sources(&mut self, found: Vec<(usize, String)>) -> Vec<String> {
        for (at, text) in &found {
            if text == HISTORY {
                if found.len() > 1 {
                    let message =
                        format!("`sources`: \"{HISTORY}\" stands alone: it says that nothing else is to be asked");
                    self.error_at(
                        *at,
                        message,
                        "leave it out; the history is read anyway, unless `from_history` is false",
                    );
                }
            } else if github_source(text).is_none() {
                let message = format!("`sources`: \"{}\" is not a tracker that can be asked", clean(text));
                self.error_at(
                    *at,
                    message,
                    "write \"github\", \"github:owner/name\" or, alone, \"history\"; name files in `files`",
                );
            }
        }
        texts(found)
    }

    pub(crate) fn github_kinds(&mut self, found: Vec<(usize, String)>) -> Vec<GitHubKind> {
        let words: Vec<&str> = GitHubKind::ALL.iter().map(|kind| kind.word()).collect();
        let mut kinds = Vec::new();
        for (at, text) in found {
            let kind = GitHubKind::ALL.iter().copied().find(|kind| kind.word() == text);
            if kind.is_none() {
                let message = format!("`github`: \"{}\" is nothing that is read of GitHub", clean(&text));
                self.error_at(at, message, one_of(&text, &words, "kinds"));
            }
            kinds.extend(kind);
        }
        kinds
    }

    /// Files that stay inside the repository: its configuration is not to make the tool read anything else.
    pub fn inside(&mut self, found: Vec<(usize, String)>) -> Vec<String> {
        for (at, text) in &found {
            let steps_out = text.split(['/', '\\']).any(|part| part == "..");
            if steps_out || text.starts_with(['/', '\\', '~']) || text.get(1..2) == Some(":") {
                let message = format!("`files`: \"{}\" lies outside the repository", clean(text));
                self.error_at(*at, message, "write a path relative to the repository; name other files with --issues");
            }
        }
        texts(found)
    }
}
