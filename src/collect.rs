//! The only input: collectors turn the outside world into neutral evidence.

pub mod issues;
