//! An axis of a chart: from where to where, the places that it names, and how it names them.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// An axis.
pub(crate) struct Axis {
    range: Range<f64>,
    /// Named places: value and name, in order.
    named: Vec<(f64, String)>,
    logarithmic: bool,
}

impl Axis {
    /// An axis that names these places.
    pub(crate) fn naming(range: Range<f64>, named: Vec<(f64, String)>) -> Self {
        Axis { range, named, logarithmic: false }
    }

    /// An axis from 0 that names about five round numbers, none in between where they count things.
    pub(crate) fn counting(most: f64, name: impl Fn(f64) -> String) -> Self {
        let most = most.max(1.0);
        let steps = (0..9).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
        let step = steps.into_iter().find(|step| most / step <= 5.5).unwrap_or(most);
        let named = (0..=6_u8).map(|n| f64::from(n) * step).take_while(|at| *at <= most * 1.05);
        Axis::naming(0.0..most * 1.05, named.map(|at| (at, name(at))).collect())
    }

    /// An axis on which each tenfold is as long as the next.
    pub(crate) fn logarithmic(range: Range<f64>, named: Vec<(f64, String)>) -> Self {
        Axis { range, named, logarithmic: true }
    }

    fn place(&self, value: f64) -> f64 {
        if self.logarithmic { value.max(self.range.start).ln() } else { value }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    #[expect(clippy::cast_possible_truncation, reason = "a place in a picture of a few hundred pixels")]
    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let (from, to) = (self.place(self.range.start), self.place(self.range.end));
        let share = (self.place(*value) - from) / (to - from);
        limit.0 + (f64::from(limit.1 - limit.0) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.named.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let found = self.named.iter().find(|(at, _)| (at - value).abs() < 1e-9);
        found.map_or_else(String::new, |(_, name)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers_and_few_of_them() {
        for (most, expected) in
            [(1.0, vec![0.0, 1.0]), (7.0, vec![0.0, 2.0, 4.0, 6.0]), (233.0, vec![0.0, 50.0, 100.0, 150.0, 200.0])]
        {
            let axis = Axis::counting(most, |n| format!("{n:.0}"));
            assert_eq!(axis.named.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_tenfold_is_as_long_as_the_next() {
        let axis = Axis::logarithmic(1.0..100.0, vec![(10.0, "10 d".to_owned())]);
        assert_eq!([0.0, 1.0, 10.0, 100.0].map(|at| axis.map(&at, (0, 200))), [0, 0, 100, 200]);
        assert_eq!((axis.format_ext(&10.0), axis.format_ext(&11.0)), ("10 d".to_owned(), String::new()));
    }
}
