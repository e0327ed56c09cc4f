//! How text looks: colour, width, how much.

/// How text looks. Says nothing about what the report holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Use ANSI colours?
    pub color: bool,
    /// Follow links (OSC 8)?
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Below 0: headline and errors only; 0: concise; above 0: everything.
    pub verbosity: i8,
}

impl Default for Style {
    fn default() -> Self {
        Style { color: false, links: false, width: 100, verbosity: 0 }
    }
}
