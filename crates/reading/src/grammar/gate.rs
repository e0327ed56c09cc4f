//! A gate before the sentence patterns: which of them can stand in a text at all, told from the words that they need. Most
//! sentences have none of them, so most patterns are neither compiled nor run.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

/// All words that some pattern needs, sought together.
#[derive(Debug)]
pub(crate) struct Words {
    finder: AhoCorasick,
    /// Of each clause the numbers of its words: one of them has to stand in a text.
    clauses: Vec<Vec<usize>>,
}

/// Which words stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Present(Vec<bool>);

impl Words {
    /// # Errors
    ///
    /// When they are too many.
    pub(crate) fn new(words: &[&str], clauses: Vec<Vec<usize>>) -> Result<Self, String> {
        let finder = AhoCorasickBuilder::new().build(words).map_err(|error| error.to_string())?;
        Ok(Words { finder, clauses })
    }

    /// Which of them stand in the text.
    pub(crate) fn find(&self, text: &str, found: &mut Present) {
        found.0.clear();
        found.0.resize(self.finder.patterns_len(), false);
        for word in self.finder.find_overlapping_iter(text) {
            found.0[word.pattern().as_usize()] = true;
        }
    }

    /// Has every one of these clauses a word there?
    pub(crate) fn open(&self, needs: &[usize], found: &Present) -> bool {
        needs.iter().all(|clause| self.clauses[*clause].iter().any(|word| found.0[*word]))
    }
}
