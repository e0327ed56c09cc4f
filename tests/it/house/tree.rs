//! The house: every file of source with its place, and which file uses which.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Path, Source};

/// From where to where: indexes of files.
pub type Edges = BTreeSet<(usize, usize)>;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Each crate: its short name, its folder, the name by which others import it.
const CRATES: [(&str, &str, &str); 3] = [
    ("reading", "crates/reading/src", "lookback_reading"),
    ("core", "crates/core/src", "lookback_core"),
    ("app", "src", "lookback"),
];

/// All files of source without those of tests.
pub struct Tree {
    /// In the order of their paths.
    pub files: Vec<Source>,
    places: BTreeMap<(&'static str, Path), usize>,
}

impl Tree {
    /// Reads the crates.
    pub fn read() -> Tree {
        let mut files = Vec::new();
        for (krate, folder, _) in CRATES {
            for path in rust_files(folder) {
                let inside = path[folder.len() + 1..].trim_end_matches(".rs").trim_end_matches("/mod");
                let module = inside.split('/').filter(|part| *part != "lib").map(str::to_owned).collect();
                files.push(Source::new(&path, krate, module, &read(&path)));
            }
        }
        let of_tests: Vec<(&str, Path)> = files
            .iter()
            .flat_map(|file| {
                file.test_modules
                    .iter()
                    .map(|name| (file.krate, [&file.module[..], std::slice::from_ref(name)].concat()))
            })
            .collect();
        files.retain(|file| {
            !of_tests.iter().any(|(krate, module)| *krate == file.krate && file.module.starts_with(module))
        });
        let places = files.iter().enumerate().map(|(at, file)| ((file.krate, file.module.clone()), at)).collect();
        Tree { files, places }
    }

    /// The files that this one uses.
    pub fn uses(&self, at: usize) -> BTreeSet<usize> {
        let file = &self.files[at];
        file.paths().iter().filter_map(|path| self.resolve(file, path)).filter(|to| *to != at).collect()
    }

    /// Who uses whom.
    pub fn edges(&self) -> Edges {
        (0..self.files.len()).flat_map(|from| self.uses(from).into_iter().map(move |to| (from, to))).collect()
    }

    /// The file where a path leads; names that the door of another crate hands on are followed to their own file.
    fn resolve(&self, file: &Source, path: &[String]) -> Option<usize> {
        let (krate, full) = absolute(file, path)?;
        let known = (0..=full.len())
            .rev()
            .find_map(|end| self.places.get(&(krate, full[..end].to_vec())).map(|at| (*at, &full[end..])));
        let (at, rest) = known?;
        let door = &self.files[at];
        let handed_on = rest.first().filter(|_| krate != file.krate).and_then(|name| door.exports().remove(name));
        handed_on.and_then(|path| self.resolve(door, &path)).or(Some(at))
    }
}

/// Groups of files that use each other in a circle.
pub fn circles(edges: &Edges) -> Vec<BTreeSet<usize>> {
    let nodes: BTreeSet<usize> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let reached: BTreeMap<usize, BTreeSet<usize>> = nodes.iter().map(|node| (*node, reachable(edges, *node))).collect();
    let mut found: Vec<BTreeSet<usize>> = Vec::new();
    for node in &nodes {
        let circle: BTreeSet<usize> =
            reached[node].iter().copied().filter(|other| reached[other].contains(node)).collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

fn reachable(edges: &Edges, start: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        for (_, to) in edges.range((node, 0)..(node + 1, 0)) {
            if seen.insert(*to) {
                open.push(*to);
            }
        }
    }
    seen
}

/// The crate and the path inside it; none where the path leads out of the house.
fn absolute(file: &Source, path: &[String]) -> Option<(&'static str, Path)> {
    let (first, rest) = path.split_first()?;
    if let Some((krate, _, _)) = CRATES.iter().find(|(_, _, name)| name == first) {
        return Some((krate, rest.to_vec()));
    }
    match first.as_str() {
        "crate" => Some((file.krate, rest.to_vec())),
        "self" => Some((file.krate, [&file.module[..], rest].concat())),
        "super" => {
            let up = path.iter().take_while(|word| *word == "super").count();
            let base = &file.module[..file.module.len().checked_sub(up)?];
            Some((file.krate, [base, &path[up..]].concat()))
        }
        _ if file.children.contains(first) => Some((file.krate, [&file.module[..], path].concat())),
        _ => None,
    }
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/{path}")).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn rust_files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(format!("{ROOT}/{folder}")).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            found.extend(rust_files(&path));
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_are_found_also_the_long_ones() {
        let edges = [(1, 2), (2, 3), (3, 1), (3, 4), (5, 6), (6, 5), (4, 5)].into_iter().collect();
        assert_eq!(circles(&edges), [[1, 2, 3].into_iter().collect(), [5, 6].into_iter().collect()]);
    }
}
