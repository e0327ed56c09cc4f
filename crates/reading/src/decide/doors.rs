//! Doors for the fuzz targets to the finders, which are otherwise private.

use crate::grammar::{dates, references};

/// Dates and periods in a text.
pub fn dates(text: &str) {
    for found in dates::find(text) {
        assert!(text.get(found.range.clone()).is_some(), "a date lies in its text");
        let _ = (found.written.first(), found.written.last());
    }
    let _ = dates::period(text);
}

/// References in a text.
pub fn references(text: &str) {
    for named in references::find(text, &[], &references::Extra::default()) {
        assert!(text.get(named.range.clone()).is_some(), "a reference lies in its text");
    }
}
