//! What stands beside the values of an XLSX sheet: links of cells, and formulas of which the file keeps no result.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::formats::office::archive::Archive;
use crate::formats::office::package::{Relations, relations};
use crate::formats::office::xml::{Handler, Tag, walk};

/// A cell's row and column, 0-based.
type At = (u32, u32);

/// What stands beside the values of a sheet.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Where cells lead.
    pub(crate) links: BTreeMap<At, String>,
    /// Cells whose formula has no result, or one that is an error.
    pub(crate) unsolved: BTreeSet<At>,
}

/// The parts of the sheets by name, and whether the program that wrote the workbook left all results to the next one.
pub(crate) fn sheet_parts(archive: &mut Archive<'_>) -> Result<(HashMap<String, String>, bool), String> {
    #[derive(Default)]
    struct Book(Vec<(String, String)>, bool);
    impl Handler for Book {
        fn open(&mut self, name: &str, tag: &Tag<'_>) {
            match name {
                "sheet" => self.0.extend(tag.attribute("name").zip(tag.attribute("id"))),
                "calcPr" => self.1 = matches!(tag.attribute("fullCalcOnLoad").as_deref(), Some("1" | "true")),
                _ => {}
            }
        }
        fn close(&mut self, _: &str) {}
        fn words(&mut self, _: &str) {}
    }
    let mut book = Book::default();
    let _ = walk(&archive.text("xl/workbook.xml")?.unwrap_or_default(), &mut book);
    let targets = relations(archive, "xl", "workbook.xml")?;
    let parts = book.0.into_iter().filter_map(|(name, id)| {
        let target = targets.target(&id)?;
        Some((name, target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)))
    });
    Ok((parts.collect(), book.1))
}

/// Reads what stands beside the values of the sheet in a part.
pub(crate) fn beside(archive: &mut Archive<'_>, part: Option<&String>, recalculated: bool) -> Beside {
    let Some((part, (folder, file))) = part.and_then(|part| Some((part, part.rsplit_once('/')?))) else {
        return Beside::default();
    };
    // What is damaged was said when the values were read.
    let xml = archive.text(part).ok().flatten().unwrap_or_default();
    let relations = relations(archive, folder, file).unwrap_or_default();
    let mut sheet = Sheet { relations, recalculated, cell: None, within: "", out: Beside::default() };
    let _ = walk(&xml, &mut sheet);
    sheet.out
}

#[derive(Default)]
struct Formula {
    at: At,
    kind: String,
    formula: Option<String>,
    value: String,
}

struct Sheet {
    relations: Relations,
    recalculated: bool,
    cell: Option<Formula>,
    within: &'static str,
    out: Beside,
}

impl Handler for Sheet {
    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "c" => {
                self.cell = tag.attribute("r").as_deref().and_then(place).map(|at| Formula {
                    at,
                    kind: tag.attribute("t").unwrap_or_default(),
                    ..Formula::default()
                });
            }
            "f" => {
                self.within = "f";
                if let Some(cell) = &mut self.cell {
                    cell.formula = Some(String::new());
                }
            }
            "v" | "t" => self.within = "v",
            "hyperlink" => {
                let url = tag.attribute("id").and_then(|id| self.relations.target(&id).cloned());
                let range = tag.attribute("ref").unwrap_or_default();
                self.out.links.extend(range.split(':').next().and_then(place).zip(url));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        self.within = "";
        if name != "c" {
            return;
        }
        let Some(Formula { at, kind, formula: Some(formula), value }) = self.cell.take() else { return };
        let left_open = self.recalculated && value == "0" && kind.is_empty();
        if kind == "e" || left_open || value.is_empty() && kind != "str" {
            self.out.unsolved.insert(at);
        }
        if let Some(url) = hyperlink(&formula) {
            self.out.links.insert(at, url.to_owned());
        }
    }

    fn words(&mut self, words: &str) {
        let Some(cell) = &mut self.cell else { return };
        match (self.within, &mut cell.formula) {
            ("f", Some(formula)) => formula.push_str(words),
            ("v", _) => cell.value.push_str(words.trim()),
            _ => {}
        }
    }
}

/// The address of `HYPERLINK("address", …)`.
fn hyperlink(formula: &str) -> Option<&str> {
    let (_, rest) = formula.split_once("HYPERLINK(")?;
    rest.trim_start().strip_prefix('"')?.split('"').next().filter(|url| !url.is_empty())
}

/// Row and column of a cell's name (`B7`).
fn place(name: &str) -> Option<At> {
    let name = name.replace('$', "");
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let column = name[..digits].bytes().try_fold(0u32, |column, letter| {
        let letter = letter.to_ascii_uppercase().checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(u32::from(letter) + 1)
    })?;
    Some((name[digits..].parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cells::cell_name;
    use crate::formats::office::archive::tests::zipped;

    #[test]
    fn links_and_formulas_without_a_result() {
        let sheet = br#"<worksheet><sheetData><row r="1">
            <c r="A1"><f>DATE(2026,1,9)</f><v/></c><c r="B1"><f>1+2</f><v>3</v></c><c r="C1"><v>0</v></c>
            <c r="D1" t="str"><f>HYPERLINK("https://t.example/3","three")</f><v>three</v></c><c r="E1"><f>A1</f><v>0</v></c>
            <c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="G1" t="str"><f>""</f><v></v></c></row></sheetData>
            <hyperlinks><hyperlink ref="B1" r:id="rId1"/><hyperlink ref="C1" location="Sheet2!A1"/></hyperlinks></worksheet>"#;
        let bytes = zipped(&[
            (
                "xl/workbook.xml",
                br#"<workbook><sheets><sheet name="Review" sheetId="1" r:id="rId7"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                br#"<Relationships><Relationship Id="rId7" Target="/xl/worksheets/sheet1.xml"/></Relationships>"#,
            ),
            ("xl/worksheets/sheet1.xml", sheet),
            (
                "xl/worksheets/_rels/sheet1.xml.rels",
                br#"<Relationships><Relationship Id="rId1" Target="https://t.example/1"/></Relationships>"#,
            ),
        ]);
        let mut archive = Archive::open(&bytes).unwrap();
        let (parts, recalculated) = sheet_parts(&mut archive).unwrap();
        assert!(!recalculated);
        let named = |found: &Beside| found.unsolved.iter().map(|at| cell_name(at.0, at.1)).collect::<Vec<_>>();
        let found = beside(&mut archive, parts.get("Review"), false);
        assert_eq!(named(&found), ["A1", "F1"]);
        let links: Vec<(At, &str)> = found.links.iter().map(|(at, url)| (*at, url.as_str())).collect();
        assert_eq!(links, [((0, 1), "https://t.example/1"), ((0, 3), "https://t.example/3")]);
        assert_eq!(named(&beside(&mut archive, parts.get("Review"), true)), ["A1", "E1", "F1"]);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for at in [(6, 1), (0, 25), (0, 26), (1_048_575, 16_383)] {
            assert_eq!(place(&cell_name(at.0, at.1)), Some(at));
        }
        assert_eq!((place("7"), place("B"), place("ZZZZZZZZZ1"), place("A0")), (None, None, None, None));
    }
}
