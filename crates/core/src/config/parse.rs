//! `lookback.toml` as written → [`Policy`] as meant. Strict: an unknown key is an error, and all mistakes are reported at
//! once, each with its place, what is wrong and what is allowed. Pure: the caller reads the file.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::keys::{self, keys};
use crate::config::walk::{ConfigErrors, ConfigWalk, Entry, Places, clean, one_of};
use crate::model::digest::sha256;
use crate::model::policy::Policy;
use crate::model::policy_base::PolicyOrigin;

/// Reads a configuration. `path` is only named in messages and kept as the policy's origin; `rule_ids` are the rules that
/// `[rules]` and `[[waiver]]` may name.
pub fn parse(text: &str, path: &str, rule_ids: &[&str]) -> Result<Policy, ConfigErrors> {
    over(Policy::default(), text, path, rule_ids)
}

/// The same over what holds where the text says nothing.
pub fn over(base: Policy, text: &str, path: &str, rule_ids: &[&str]) -> Result<Policy, ConfigErrors> {
    read(base, text, path, rule_ids, None).map(|(policy, _)| policy)
}

/// Reads one table of another file (`[defaults]` of `fleet.toml`) as a configuration, and tells which keys it states.
pub fn part(
    text: &str,
    path: &str,
    name: &str,
    rule_ids: &[&str],
) -> Result<(Policy, Vec<(String, usize)>), ConfigErrors> {
    read(Policy::default(), text, path, rule_ids, Some(name))
}

/// Reads a text, or one table of it, and tells its keys with their lines where it is a table.
fn read(
    base: Policy,
    text: &str,
    path: &str,
    rule_ids: &[&str],
    part: Option<&str>,
) -> Result<(Policy, Vec<(String, usize)>), ConfigErrors> {
    let origin = PolicyOrigin { path: path.to_owned(), sha256: sha256(text.as_bytes()) };
    let (text, mark) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (tree, syntax) = DeTable::parse_recoverable(text);
    let mut walk = ConfigWalk { places: Places::new(text), rule_ids, errors: Vec::new() };
    for error in &syntax {
        let at = error.span().map_or(text.len(), |span| span.start);
        walk.error_at(at, format!("syntax: {}", clean(error.message())), "see https://toml.io for the notation");
    }
    walk.errors.sort();
    walk.errors.dedup_by_key(|error| error.line);
    let broken = walk.broken();
    let mut policy = Policy { origin: Some(origin), ..base };
    let stated = walk.errors.split_off(0);
    let nothing = DeTable::default();
    let whole = match part.map(|name| tree.get_ref().get(name).map(Spanned::get_ref)) {
        None => tree.get_ref(),
        Some(Some(DeValue::Table(inner))) => inner,
        Some(_) => &nothing,
    };
    table(&mut walk, &mut policy, "", whole);
    keys::across(&mut walk, &mut policy, whole);
    let mut said = Vec::new();
    if part.is_some() {
        paths(&walk.places, "", whole, &mut said);
    }
    // What the parser made up to go on after a syntax error is not worth a second complaint.
    walk.errors.retain(|error| !broken.iter().any(|lines| lines.contains(&error.line)));
    walk.errors.extend(stated);
    walk.errors.sort();
    walk.errors.dedup();
    if walk.errors.is_empty() {
        return Ok((policy, said));
    }
    if mark {
        walk.errors.iter_mut().filter(|error| error.line == 1).for_each(|error| error.column += 1);
    }
    Err(ConfigErrors { path: path.to_owned(), errors: walk.errors })
}

/// The keys of a table and of the tables in it, with their lines.
fn paths(places: &Places<'_>, prefix: &str, table: &DeTable<'_>, out: &mut Vec<(String, usize)>) {
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => paths(places, &format!("{path}."), inner, out),
            _ => out.push((path, places.of(key.span().start).0)),
        }
    }
}

/// Walks a table; `prefix` is its path with a dot at the end, or empty.
fn table(walk: &mut ConfigWalk<'_>, policy: &mut Policy, prefix: &str, table: &DeTable<'_>) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let entry = Entry { name, at: key.span().start, value };
        let path = format!("{prefix}{name}");
        let plain = !name.contains(['.', '<', '[']);
        if let Some(row) = keys().find(|row| plain && row.path == path) {
            (row.set)(walk, policy, &entry);
        } else if let Some(row) = keys().find(|row| row.takes_any_under(prefix)) {
            (row.set)(walk, policy, &entry);
        } else if plain && keys().any(|row| row.path.strip_prefix(&path).is_some_and(|r| r.starts_with("[]."))) {
            tables(walk, policy, &path, &entry);
        } else if plain && keys().any(|row| row.path.strip_prefix(&path).is_some_and(|r| r.starts_with('.'))) {
            match value.get_ref() {
                DeValue::Table(inner) => self::table(walk, policy, &format!("{path}."), inner),
                other => walk.error_at(
                    value.span().start,
                    format!("`{path}` is a {}, not a table", other.type_str()),
                    format!("write `[{path}]` and its keys below"),
                ),
            }
        } else {
            unknown(walk, prefix, &entry);
        }
    }
}

/// Walks an array of tables, `[[waiver]]`.
fn tables(walk: &mut ConfigWalk<'_>, policy: &mut Policy, path: &str, entry: &Entry<'_>) {
    let wrong = |walk: &mut ConfigWalk<'_>, value: &Spanned<DeValue<'_>>| {
        walk.error_at(
            value.span().start,
            format!("`{path}` is a {}, not a list of tables", value.get_ref().type_str()),
            format!("write `[[{path}]]` and its keys below, once for each"),
        );
    };
    let DeValue::Array(list) = entry.value.get_ref() else { return wrong(walk, entry.value) };
    for item in list {
        let DeValue::Table(table) = item.get_ref() else {
            wrong(walk, item);
            continue;
        };
        let prefix = format!("{path}[].");
        for (key, value) in table {
            let inner = Entry { name: key.get_ref(), at: key.span().start, value };
            if !keys().any(|row| row.path.strip_prefix(&prefix) == Some(inner.name)) {
                unknown(walk, &prefix, &inner);
            }
        }
        keys::item(walk, policy, path, item.span().start, table);
    }
}

fn unknown(walk: &mut ConfigWalk<'_>, prefix: &str, entry: &Entry<'_>) {
    let mut known: Vec<&str> = Vec::new();
    for row in keys() {
        let Some(rest) = row.path.strip_prefix(prefix) else { continue };
        let name = rest.split(['.', '[']).next().unwrap_or(rest);
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let key = clean(entry.name);
    let message = match prefix.trim_end_matches('.') {
        "" => format!("unknown key `{key}` at the top level"),
        list if list.ends_with("[]") => format!("unknown key `{key}` in [[{}]]", list.trim_end_matches("[]")),
        table => format!("unknown key `{key}` in [{table}]"),
    };
    walk.error_at(entry.at, message, one_of(entry.name, &known, "known here"));
}
