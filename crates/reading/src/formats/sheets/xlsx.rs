//! XLSX → document model, cell by cell: no dense range is built, so two far cells cost no more than two near ones.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use crate::formats::cells::{Cell, MOST_CELLS, UNSOLVED, cell_name, sheet, unsolved};
use crate::formats::extract::Extract;
use crate::formats::office::archive::Archive;
use crate::formats::office::package::is_signed;
use crate::formats::office::properties;
use crate::formats::sheets::xlsx_beside::{beside, sheet_parts};
use crate::value::guard::guarded;

/// Reads a workbook; the error says why nothing of it was read.
pub(crate) fn read(bytes: &[u8], out: &mut Extract) -> Result<(), String> {
    // The crate may stop short at a file that was made to harm it.
    guarded(|| sheets(bytes, out)).unwrap_or_else(|| Err("it is damaged".to_owned()))
}

fn sheets(bytes: &[u8], out: &mut Extract) -> Result<(), String> {
    Archive::open(bytes)?.weigh()?;
    let mut archive = Archive::open(bytes)?;
    let (parts, recalculated) = sheet_parts(&mut archive)?;
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|_| "it is damaged, or no Excel workbook".to_owned())?;
    let sheets = book.sheets_metadata().to_vec();
    let mut seen = 0;
    for meta in sheets {
        if meta.typ != SheetType::WorkSheet || meta.visible != SheetVisible::Visible {
            // Nobody who opens the workbook sees it.
            continue;
        }
        let mut cells = cells(&mut book, &meta.name, &mut seen, out);
        let beside = beside(&mut archive, parts.get(&meta.name), recalculated);
        if !beside.unsolved.is_empty() {
            cells.retain(|cell| !beside.unsolved.contains(&(cell.row, cell.column)));
            let names: Vec<String> = beside.unsolved.iter().map(|(row, column)| cell_name(*row, *column)).collect();
            out.limit(unsolved(&meta.name, &names));
            let unsolved = beside.unsolved.iter().take(MOST_CELLS);
            cells.extend(unsolved.map(|at| Cell { row: at.0, column: at.1, text: UNSOLVED.into(), links: Vec::new() }));
        }
        for cell in &mut cells {
            cell.links.extend(beside.links.get(&(cell.row, cell.column)).cloned());
        }
        cells.sort_by_key(|cell| (cell.row, cell.column));
        sheet(&meta.name, &cells, out);
    }
    for part in ["docProps/core.xml", "docProps/custom.xml"] {
        if let Some(xml) = archive.text(part)? {
            properties::read(&xml, out);
        }
    }
    if is_signed(&archive.names()) {
        out.signature("The workbook carries a digital signature (not verified).");
    }
    Ok(())
}

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, seen: &mut usize, out: &mut Extract) -> Vec<Cell> {
    let mut cells = Vec::new();
    let Ok(mut reader) = book.worksheet_cells_reader(name) else {
        out.limit(format!("sheet {name} cannot be read"));
        return cells;
    };
    loop {
        let cell = match reader.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            Err(_) => {
                out.limit(format!("sheet {name} is damaged: not read to the end"));
                break;
            }
        };
        let Some(text) = shown(cell.get_value()).filter(|text| !text.trim().is_empty()) else { continue };
        if *seen >= MOST_CELLS {
            out.limit(format!("only its first {MOST_CELLS} cells were read"));
            break;
        }
        *seen += 1;
        let (row, column) = cell.get_position();
        cells.push(Cell { row, column, text: text.trim().to_owned(), links: Vec::new() });
    }
    cells
}

/// A value as a reader sees it; days in ISO form, whatever the cell's own form is.
fn shown(value: &DataRef<'_>) -> Option<String> {
    Some(match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) if at.is_datetime() && at.as_f64() >= 1.0 => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            if at.as_f64().fract() == 0.0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        DataRef::DateTime(at) => at.as_f64().to_string(),
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => return None,
    })
}
