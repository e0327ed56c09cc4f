//! The book and the README say what is so: derived pages are fresh, links resolve, commands parse, the screen is the demo's.
//! `UPDATE=1 cargo test --test it book::` rewrites what derives.
#![expect(clippy::disallowed_methods, reason = "tests read and refresh files")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser as _;
use clap::error::ErrorKind;
use lookback::Cli;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Pages of the folder that are not of the book, each with the reason.
const NOT_IN_THE_BOOK: [&str; 1] = ["SUMMARY.md"];

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a committed text with what it derives from; rewrites it in update mode.
fn fresh(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "{} is stale; run UPDATE=1 cargo test --test it book::", path.display());
}

/// All Markdown pages under a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// The pages that people read: README, and all under `docs`.
pub fn documentation() -> Vec<PathBuf> {
    let mut all = pages(&Path::new(ROOT).join("docs"));
    all.push(Path::new(ROOT).join("README.md"));
    all
}

fn events(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
}

#[test]
fn configuration_page_is_fresh() {
    fresh(&Path::new(ROOT).join("docs/configuration.md"), &lookback_core::config::page::page());
}

#[test]
fn the_page_on_validation_lists_every_scenario() {
    let mut table =
        String::from("\n| scenario | requirement | what happens, and what has to follow |\n|---|---|---|\n");
    for scenario in lookback::SCENARIOS {
        table += &format!("| `{}` | {} | {} |\n", scenario.id, scenario.requirement, scenario.title);
    }
    let path = Path::new(ROOT).join("docs/validation.md");
    let page = read(&path);
    let (before, rest) = page.split_once("<!-- scenarios -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of scenarios -->").unwrap();
    fresh(&path, &format!("{before}<!-- scenarios -->\n{table}\n<!-- end of scenarios -->{after}"));
}

#[test]
fn the_files_that_the_page_on_validation_names_exist() {
    let page = read(&Path::new(ROOT).join("docs/validation.md"));
    let mut named = 0;
    for event in events(&page) {
        let Event::Code(words) = event else { continue };
        if ["src/", "crates/", "tests/"].iter().any(|root| words.starts_with(root)) {
            named += 1;
            let path = Path::new(ROOT).join(&*words);
            assert!(path.exists(), "{words}");
            let holds_tests = path.is_dir() || words.starts_with("tests/") || read(&path).contains("#[test]");
            assert!(holds_tests || read(&path).contains("mod tests;"), "{words} holds no test");
        }
    }
    assert!(named > 15, "only {named} files are named");
}

/// A threat is held by a test of the one integration binary; each line names it as `file::test`.
#[test]
fn every_threat_names_a_test_that_exists() {
    let page = read(&Path::new(ROOT).join("docs/threat-model.md"));
    let (mut lines, mut missing) = (0, Vec::new());
    for line in page.lines().filter(|line| line.starts_with("| to ")) {
        lines += 1;
        let named = line.rsplit(" | ").next().unwrap_or_default().split('`').skip(1).step_by(2);
        for test in named {
            let (file, name) = test.split_once("::").unwrap_or((test, ""));
            let path = Path::new(ROOT).join(format!("tests/it/{file}.rs"));
            if !path.exists() || !read(&path).contains(&format!("fn {name}(")) {
                missing.push(test.to_owned());
            }
        }
        assert!(line.contains("::"), "a line without a test: {line}");
    }
    assert!(missing.is_empty() && lines > 25, "{lines} lines, missing: {missing:?}");
}

/// The dossier to click is that of the demo, as it is written today.
#[test]
fn the_sample_dossier_is_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    lookback::build_demo(&demo, "2026-11-24".parse().unwrap(), false).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command.args(["report", "--offline", "--committed", "--as-of", "2026-11-24", "--repo"]).arg(&demo).env_clear();
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let page = String::from_utf8(ran.stdout).unwrap();
    assert!(page.len() < 200_000, "{} bytes", page.len());
    fresh(&Path::new(ROOT).join("docs/sample-dossier.html"), &page);
}

/// Pictures load fast and say in words what they show.
#[test]
fn pictures_are_small_and_described() {
    let mut shown = BTreeSet::new();
    for page in documentation() {
        let text = read(&page);
        let mut picture: Option<(PathBuf, String)> = None;
        for event in events(&text) {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) if !dest_url.contains("://") => {
                    picture = Some((page.parent().unwrap().join(&*dest_url), String::new()));
                }
                Event::Text(words) => picture.iter_mut().for_each(|(_, said)| said.push_str(&words)),
                Event::End(TagEnd::Image) => {
                    let Some((path, said)) = picture.take() else { continue };
                    let size = std::fs::metadata(&path).unwrap_or_else(|_| panic!("{}", path.display())).len();
                    assert!(size <= 150_000 && said.len() > 20, "{}: {size} bytes, \"{said}\"", path.display());
                    shown.insert(path.file_name().unwrap().to_owned());
                }
                _ => {}
            }
        }
    }
    for entry in std::fs::read_dir(Path::new(ROOT).join("docs/pictures")).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(shown.contains(&name), "{name:?} is shown nowhere");
    }
}

/// Anchors as mdBook and GitHub make them: letters, digits, `-` and `_` of the heading in lower case, blanks as `-`.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut heading: Option<String> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let words = heading.take().unwrap_or_default().to_lowercase();
                let kept = words.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
                let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
                let count = counts.entry(anchor.clone()).or_default();
                found.insert(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
                *count += 1;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn links_inside_the_repository_resolve() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for page in documentation() {
        let text = read(&page);
        for event in events(&text) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else { continue };
            if dest_url.contains("://") || dest_url.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let (path, anchor) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let whole = target.exists() && (anchor.is_empty() || anchors(&read(&target)).contains(anchor));
            if !whole {
                broken.push(format!("{}: {dest_url}", page.strip_prefix(ROOT).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links: {broken:#?}");
    assert!(seen > 20, "only {seen} links were seen");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let docs = Path::new(ROOT).join("docs");
    let summary = read(&docs.join("SUMMARY.md"));
    let listed: BTreeSet<PathBuf> = events(&summary)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(docs.join(&*dest_url)),
            _ => None,
        })
        .collect();
    for page in pages(&docs) {
        let name = page.strip_prefix(&docs).unwrap().display().to_string();
        assert!(listed.contains(&page) || NOT_IN_THE_BOOK.contains(&&*name), "docs/SUMMARY.md does not list {name}");
    }
}

/// Fenced blocks, each with its language.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut block: Option<(String, String)> = None;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                block = Some((language.into_string(), String::new()));
            }
            Event::Text(words) => block.iter_mut().for_each(|(_, text)| text.push_str(&words)),
            Event::End(TagEnd::CodeBlock) => found.extend(block.take()),
            _ => {}
        }
    }
    found
}

/// The lines of a page's blocks that a shell is given, with what they begin with before the command taken away.
pub fn shell_lines(page: &str) -> Vec<String> {
    let shells = ["sh", "yaml", "groovy", ""];
    let blocks = blocks(page).into_iter().filter(|(language, _)| shells.contains(&language.as_str()));
    let joined = blocks.map(|(_, text)| text.replace("\\\n", " "));
    joined.flat_map(|text| text.lines().filter_map(shell_line).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A line from its `lookback` on: without prompt, YAML key or Groovy step before it.
fn shell_line(line: &str) -> Option<&str> {
    let mut line = line.trim();
    for prefix in ["- ", "$ ", "run: ", "script: ", "sh '", "cargo run --release --locked -- ", "target/release/"] {
        line = line.strip_prefix(prefix).unwrap_or(line);
    }
    line.starts_with("lookback ").then_some(line)
}

/// `lookback …` in fenced blocks (true) and in code spans (false).
fn commands(text: &str) -> Vec<(bool, String)> {
    let spans = events(text).filter_map(|event| match event {
        Event::Code(words) => command(&words).map(|line| (false, line)),
        _ => None,
    });
    let lines = shell_lines(text);
    spans.chain(lines.iter().filter_map(|line| command(line)).map(|line| (true, line))).collect()
}

/// The command of a line, without what a shell does after it.
fn command(line: &str) -> Option<String> {
    let rest = shell_line(line)?.strip_prefix("lookback ")?;
    let end = rest.find([';', '|', '>', '&', '\'']).unwrap_or(rest.len());
    let end = rest.find(" #").map_or(end, |comment| comment.min(end));
    Some(format!("lookback {}", rest[..end].trim()))
}

#[test]
fn every_command_line_parses() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for page in documentation() {
        for (in_block, line) in commands(&read(&page)) {
            seen += 1;
            let words = shlex::split(&line).unwrap_or_else(|| panic!("{}: {line}", page.display()));
            let Err(error) = Cli::try_parse_from(words) else { continue };
            // A code span may name a command without all that it needs.
            let partial = !in_block && error.kind() == ErrorKind::MissingRequiredArgument;
            if !partial && !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                wrong.push(format!("{}: {line}: {}", page.display(), error.kind()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 40, "only {seen} commands were seen");
}

#[test]
fn commands_are_found_where_people_write_them() {
    let text = "`lookback explain 4.1.8#d`\n\n```yaml\n- run: lookback check --format sarif=a.sarif || true # shown\nname: lookback\n```\n\n```sh\n$ lookback check \\\n  --strict\n```\n";
    let lines: Vec<String> = commands(text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(
        lines,
        ["lookback explain 4.1.8#d", "lookback check --format sarif=a.sarif", "lookback check    --strict"]
    );
}

/// The blocks of the demo's report that fill a screen: verdict and what to do next, constraints, and a finding.
fn screen(report: &str) -> String {
    let blocks: Vec<&str> = report.trim_end().split("\n\n").collect();
    let wanted = |at: usize, block: &str| {
        let first = |rule: &str| blocks.iter().position(|block| block.starts_with(rule)) == Some(at);
        at == 0 || block.starts_with("Constraints") || first("error[conclusion-contradicted]")
    };
    let mut out = String::new();
    let mut gap = false;
    for (at, block) in blocks.iter().enumerate() {
        if wanted(at, block) {
            out += &format!("{}{block}\n\n", if gap { "…\n" } else { "" });
            gap = false;
        } else {
            gap = true;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[test]
fn the_screen_of_the_readme_is_what_the_demo_prints() {
    let folder = tempfile::tempdir().unwrap();
    let repo = folder.path().join("pump-firmware");
    let day = "2026-11-24".parse().unwrap();
    lookback::build_demo(&repo, day, false).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_lookback"))
        .env_clear()
        .args(["check", "--as-of", "2026-11-24", "--repo"])
        .arg(&repo)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
    let report = String::from_utf8(ran.stdout).unwrap();
    let path = Path::new(ROOT).join("README.md");
    let readme = read(&path);
    let (before, rest) = readme.split_once("<!-- screen -->\n").expect("README.md has the marker <!-- screen -->");
    let after = rest.split_once("<!-- end of screen -->").map_or(rest, |(_, after)| after);
    let shown = format!("```text\n$ lookback check\n{}\n```\n", screen(&report));
    fresh(&path, &format!("{before}<!-- screen -->\n{shown}<!-- end of screen -->{after}"));
}

/// The badge as shields.io draws it of `status --badge`: label and state, as wide as their words.
fn badge(told: &serde_json::Value) -> String {
    let word = |name: &str| told[name].as_str().unwrap();
    let (label, message) = (word("label"), word("message"));
    let colour = match word("color") {
        "brightgreen" => "#2d7d2d",
        "yellow" => "#8a6500",
        _ => "#b3261e",
    };
    // About the width of a letter of 11 px, and the padding of both sides.
    let wide = |text: &str| text.chars().count() * 65 / 10 + 12;
    let (left, right) = (wide(label), wide(message));
    let (all, middle, end) = (left + right, left / 2, left + right / 2);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{label}: {message}">
<rect width="{all}" height="20" rx="3" fill="#555"/><rect x="{left}" width="{right}" height="20" rx="3" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="{middle}" y="14">{label}</text><text x="{end}" y="14">{message}</text></g>
</svg>
"##
    )
}

#[test]
fn the_badge_of_the_readme_is_that_of_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let repo = folder.path().join("pump-firmware");
    lookback::build_demo(&repo, "2026-11-24".parse().unwrap(), false).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_lookback"))
        .env_clear()
        .args(["status", "--badge", "-", "--as-of", "2026-11-24", "--repo"])
        .arg(&repo)
        .output()
        .unwrap();
    let out = String::from_utf8(ran.stdout).unwrap();
    let told = serde_json::from_str(&out[out.find('{').unwrap()..]).unwrap();
    fresh(&Path::new(ROOT).join("docs/pictures/badge.svg"), &badge(&told));
    assert!(read(&Path::new(ROOT).join("README.md")).contains("(docs/pictures/badge.svg)"));
}
