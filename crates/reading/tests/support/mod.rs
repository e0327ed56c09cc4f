//! A record of a yearly review with a body that a test writes, and what is read of it.

use lookback_reading::{Answer, Aspect, Reader, Reading};

/// A record of 2025.
pub(crate) fn record(body: &str) -> Reading {
    let text = format!(
        "# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\nPeriod: 2024-12-01 to 2025-11-30\n\n{body}\n"
    );
    Reader::new(&[], &[]).read("docs/security-review-2025.md", text.as_bytes())
}

/// The best answer on an aspect.
pub(crate) fn judged(body: &str, aspect: Aspect) -> Answer {
    let reading = record(body);
    reading.assessments.iter().filter(|a| a.aspect == aspect).map(|a| a.answer).max().unwrap_or_default()
}
