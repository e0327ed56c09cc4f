//! The rooms of the house and what each may use, as the table of CONTRIBUTING.md says.

use std::collections::BTreeMap;

use super::source::Source;
use super::tree::read;

/// Each room with the rooms, or whole crates, that it may use.
pub struct Rooms(BTreeMap<String, Vec<String>>);

impl Rooms {
    /// Reads the table.
    pub fn read() -> Rooms {
        let page = read("CONTRIBUTING.md");
        let rows = page.lines().skip_while(|line| !line.starts_with("| room | owns | may use |")).skip(2);
        let rooms = rows.map_while(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
            let [room, _, uses] = cells[..] else { panic!("a row of the map has three cells: {line}") };
            let uses = uses.split(", ").filter(|name| *name != "–");
            Some((bare(room), uses.map(bare).collect()))
        });
        Rooms(rooms.collect())
    }

    /// The rooms.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The room of a file; none for the door of a crate. Of two rooms one inside the other it is the inner one.
    pub fn of(&self, file: &Source) -> Option<String> {
        (1..=file.module.len()).rev().find_map(|end| {
            let name = format!("{}::{}", file.krate, file.module[..end].join("::"));
            self.0.contains_key(&name).then_some(name)
        })
    }

    /// Whether one room may use another.
    pub fn allows(&self, from: &str, to: &str) -> bool {
        from == to || self.0.get(from).is_some_and(|uses| uses.iter().any(|name| name == to || inside(to, name)))
    }
}

/// Whether a room lies in another, or in a crate.
fn inside(room: &str, other: &str) -> bool {
    room.strip_prefix(other).is_some_and(|rest| rest.starts_with("::"))
}

fn bare(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}
