//! The content of a page → runs of text with their places. Forms are followed to a bounded depth, all within one budget.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::formats::pdf::fonts::Font;
use crate::formats::pdf::objects::{MOST_PAGE, inherited, number};

/// Forms in forms deeper than this are not followed.
const DEEPEST: usize = 8;

/// What may still be spent on a document.
pub(crate) struct Budget {
    operations: usize,
    bytes: usize,
    characters: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { operations: 4_000_000, bytes: 96 << 20, characters: 8 << 20 }
    }
}

impl Budget {
    /// Is it used up?
    pub(crate) fn is_spent(&self) -> bool {
        self.operations == 0 || self.bytes == 0 || self.characters == 0
    }
}

/// Words set in one go.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Left edge, to a reader who turned the page so that the words stand upright; so are all places.
    pub(crate) x: f32,
    /// Base line; grows upwards.
    pub(crate) y: f32,
    /// Right edge.
    pub(crate) end: f32,
    /// Size of the letters.
    pub(crate) size: f32,
    /// In bold?
    pub(crate) bold: bool,
    /// By how many right angles the words are turned to the left.
    pub(crate) turn: u8,
    /// Set at a place of its own, not where the words before ended?
    pub(crate) placed: bool,
    /// The words.
    pub(crate) text: String,
}

impl Run {
    /// Words at a place, as in a form field.
    pub(crate) fn at(x: f32, y: f32, end: f32, text: &str) -> Run {
        Run { x, y, end, size: 10.0, bold: false, turn: 0, placed: true, text: text.to_owned() }
    }
}

/// What a page shows.
#[derive(Default)]
pub(crate) struct Drawn {
    /// Its words.
    pub(crate) runs: Vec<Run>,
    /// Number of images.
    pub(crate) images: usize,
    /// Characters whose font tells what they are.
    pub(crate) known: usize,
    /// Characters whose font does not.
    pub(crate) unknown: usize,
    /// Could its content not be read in full?
    pub(crate) damaged: bool,
}

/// A matrix as PDF writes it: a b c d e f.
type Matrix = [f32; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `m`, then `n`.
fn times(m: Matrix, n: Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    spacing: f32,
    word_spacing: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

/// Resources of a page or form, nearest first.
type Resources<'a> = Vec<&'a Dictionary>;

/// Reads contents; keeps the fonts of a document.
pub(crate) struct Interpreter<'a> {
    doc: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font>>,
}

impl<'a> Interpreter<'a> {
    /// For a document.
    pub(crate) fn new(doc: &'a Document) -> Self {
        Interpreter { doc, fonts: HashMap::new() }
    }

    /// Reads a page.
    pub(crate) fn page(&mut self, id: ObjectId, content: &[u8], budget: &mut Budget) -> Drawn {
        let mut resources = Resources::new();
        if let Ok((own, ids)) = self.doc.get_page_resources(id) {
            resources.extend(own);
            resources.extend(ids.iter().filter_map(|id| self.doc.get_dictionary(*id).ok()));
        }
        let page = self.doc.get_dictionary(id).ok();
        let turn = page.and_then(|page| inherited(self.doc, page, b"Rotate")).and_then(|turn| turn.as_i64().ok());
        let matrix = match turn.unwrap_or(0).rem_euclid(360) {
            90 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
            180 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            270 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            _ => UNIT,
        };
        let mut drawn = Drawn::default();
        self.run(content, &resources, matrix, 0, budget, &mut drawn);
        drawn
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        matrix: Matrix,
        depth: usize,
        budget: &mut Budget,
        drawn: &mut Drawn,
    ) {
        if content.len() > budget.bytes {
            budget.bytes = 0;
            return;
        }
        budget.bytes -= content.len();
        let Ok(content) = Content::decode(content) else {
            drawn.damaged = true;
            return;
        };
        let state = State {
            matrix,
            font: None,
            size: 1.0,
            spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut text = Texts { state, stack: Vec::new(), text: UNIT, line: UNIT, open: None, placed: true };
        for operation in &content.operations {
            if budget.operations == 0 || budget.characters == 0 {
                break;
            }
            budget.operations -= 1;
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "Tf" => {
                    if let (Some(name), Some(size)) =
                        (operands.first().and_then(|n| n.as_name().ok()), operands.get(1).and_then(number))
                    {
                        text.state.font = self.font(resources, name);
                        text.state.size = size;
                    }
                }
                "Do" => {
                    text.close(drawn);
                    if let Some(name) = operands.first().and_then(|n| n.as_name().ok()) {
                        self.draw(name, resources, text.state.matrix, depth, budget, drawn);
                    }
                }
                "BI" | "EI" => drawn.images += 1,
                operator => text.operate(operator, operands, budget, drawn),
            }
        }
        text.close(drawn);
    }

    fn find(&self, resources: &Resources<'a>, kind: &[u8], name: &[u8]) -> Option<&'a Object> {
        resources.iter().find_map(|dict| dict.get_deref(kind, self.doc).ok()?.as_dict().ok()?.get(name).ok())
    }

    fn font(&mut self, resources: &Resources<'a>, name: &[u8]) -> Option<Rc<Font>> {
        let (id, object) = self.doc.dereference(self.find(resources, b"Font", name)?).ok()?;
        let dict = object.as_dict().ok()?;
        let Some(id) = id else { return Some(Rc::new(Font::new(self.doc, dict))) };
        Some(self.fonts.entry(id).or_insert_with(|| Rc::new(Font::new(self.doc, dict))).clone())
    }

    fn draw(
        &mut self,
        name: &[u8],
        resources: &Resources<'a>,
        matrix: Matrix,
        depth: usize,
        budget: &mut Budget,
        drawn: &mut Drawn,
    ) {
        let Some(object) = self.find(resources, b"XObject", name) else { return };
        let Some(stream) = self.doc.dereference(object).ok().and_then(|(_, object)| object.as_stream().ok()) else {
            return;
        };
        match stream.dict.get_deref(b"Subtype", self.doc).and_then(Object::as_name) {
            Ok(b"Image") => drawn.images += 1,
            Ok(b"Form") if depth < DEEPEST => {
                let own: Vec<f32> = stream
                    .dict
                    .get_deref(b"Matrix", self.doc)
                    .and_then(Object::as_array)
                    .map(|matrix| matrix.iter().filter_map(number).collect())
                    .unwrap_or_default();
                let own = <Matrix>::try_from(own.as_slice()).unwrap_or(UNIT);
                let inner = stream.dict.get_deref(b"Resources", self.doc).and_then(Object::as_dict);
                let inner = inner.map_or_else(|_| resources.clone(), |own| vec![own]);
                match stream.decompressed_content_with_limit(MOST_PAGE) {
                    Ok(content) => self.run(&content, &inner, times(own, matrix), depth + 1, budget, drawn),
                    Err(_) => drawn.damaged = true,
                }
            }
            _ => {}
        }
    }
}

struct Texts {
    state: State,
    stack: Vec<State>,
    text: Matrix,
    line: Matrix,
    open: Option<Run>,
    /// Was a new place set since the last letter?
    placed: bool,
}

impl Texts {
    fn close(&mut self, drawn: &mut Drawn) {
        if let Some(run) = self.open.take().filter(|run| !run.text.trim().is_empty()) {
            drawn.runs.push(run);
        }
    }

    fn operate(&mut self, operator: &str, operands: &[Object], budget: &mut Budget, drawn: &mut Drawn) {
        let n = |index: usize| operands.get(index).and_then(number).unwrap_or(0.0);
        let matrix = || [n(0), n(1), n(2), n(3), n(4), n(5)];
        match operator {
            "q" if self.stack.len() < 256 => self.stack.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.stack.pop() {
                    self.state = state;
                }
            }
            "cm" => self.state.matrix = times(matrix(), self.state.matrix),
            "BT" => {
                self.placed = true;
                (self.text, self.line) = (UNIT, UNIT);
            }
            "Tm" => {
                self.placed = true;
                (self.text, self.line) = (matrix(), matrix());
            }
            "Td" => self.next_line(n(0), n(1)),
            "TD" => {
                self.state.leading = -n(1);
                self.next_line(n(0), n(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "TL" => self.state.leading = n(0),
            "Tc" => self.state.spacing = n(0),
            "Tw" => self.state.word_spacing = n(0),
            "Tz" => self.state.scale = n(0) / 100.0,
            "Ts" => self.state.rise = n(0),
            "Tj" => self.show(operands.first(), budget, drawn),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands.first(), budget, drawn);
            }
            "\"" => {
                (self.state.word_spacing, self.state.spacing) = (n(0), n(1));
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2), budget, drawn);
            }
            "TJ" => {
                for item in operands.first().and_then(|list| list.as_array().ok()).map_or(&[][..], Vec::as_slice) {
                    match number(item) {
                        Some(back) => self.advance(-back / 1000.0 * self.state.size * self.state.scale),
                        None => self.show(Some(item), budget, drawn),
                    }
                }
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.placed = true;
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn advance(&mut self, by: f32) {
        self.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
    }

    fn show(&mut self, string: Option<&Object>, budget: &mut Budget, drawn: &mut Drawn) {
        let (Some(Object::String(bytes, _)), Some(font)) = (string, self.state.font.clone()) else { return };
        budget.characters = budget.characters.saturating_sub(bytes.len());
        font.glyphs(bytes, |glyph| {
            let state = &self.state;
            let all = times([1.0, 0.0, 0.0, 1.0, 0.0, state.rise], times(self.text, state.matrix));
            let blank = if glyph.blank { state.word_spacing } else { 0.0 };
            let width = glyph.width / 1000.0 * state.size * state.scale;
            let step = width + (state.spacing + blank) * state.scale;
            let (dx, dy) = (width * all[0], width * all[1]);
            let size = (state.size * (all[2] * all[2] + all[3] * all[3]).sqrt()).abs();
            let (x, y) = (all[4], all[5]);
            self.advance(step);
            let Some(text) = glyph.text else {
                drawn.unknown += 1;
                return;
            };
            drawn.known += 1;
            if ![x, y, dx, dy, size].iter().all(|n| n.is_finite()) {
                return;
            }
            // Places as one sees them who turns the page until the words stand upright.
            let (turn, x, y, length) = match (dx.abs() >= dy.abs(), dx < 0.0, dy < 0.0) {
                (true, false, _) => (0, x, y, dx),
                (false, _, false) => (1, y, -x, dy),
                (true, true, _) => (2, -x, -y, -dx),
                (false, _, true) => (3, -y, x, -dy),
            };
            let same = self.open.as_ref().is_some_and(|run| {
                run.turn == turn
                    && run.bold == font.bold
                    && (run.y - y).abs() < 0.05 * size
                    && (run.size - size).abs() < 0.1
                    && (x - run.end).abs() < 0.15 * size
            });
            if !same {
                self.close(drawn);
                let (bold, placed) = (font.bold, self.placed);
                self.open = Some(Run { x, y, end: x, size, bold, turn, placed, text: String::new() });
            }
            self.placed = false;
            if let Some(run) = &mut self.open {
                run.text.push_str(&text);
                run.end = x + length;
            }
        });
    }
}
