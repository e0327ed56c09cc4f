//! Union-find with path halving. Pure.

/// Sets of the numbers from 0.
pub(crate) struct Sets(Vec<usize>);

impl Sets {
    /// Every number is a set of its own.
    pub(crate) fn new(n: usize) -> Self {
        Sets((0..n).collect())
    }

    /// The number that stands for a set.
    pub(crate) fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Makes one set of two.
    pub(crate) fn union(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        // The smaller number stays the root: groups keep the order of the input.
        self.0[a.max(b)] = a.min(b);
    }
}
