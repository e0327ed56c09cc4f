//! Rust source as words, marks and literals with their lines; comments left out. Just enough to see what a file imports and says.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An identifier, a keyword or a number.
    Word(String),
    /// The contents of a string literal; escapes of line ends are resolved.
    Text(String),
    /// Any other sign.
    Mark(char),
}

/// A token and the line it begins on, from 1.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What stands there.
    pub token: Token,
    /// Where.
    pub line: usize,
}

impl Placed {
    /// Whether it is this sign.
    pub fn is(&self, mark: char) -> bool {
        self.token == Token::Mark(mark)
    }

    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// All tokens of a source text.
pub fn tokens(text: &str) -> Vec<Placed> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, line: 1, out: Vec::new() };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    lexer.out
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: Vec<Placed>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn next(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        self.line += usize::from(c == '\n');
        c
    }

    fn push(&mut self, token: Token, line: usize) {
        self.out.push(Placed { token, line });
    }

    fn step(&mut self) {
        let line = self.line;
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_while(|c| c != '\n'),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(line),
            ('\'', _) => self.quote(),
            (c, _) if c.is_alphanumeric() || c == '_' => self.word(line),
            (c, _) => {
                self.next();
                if !c.is_whitespace() {
                    self.push(Token::Mark(c), line);
                }
            }
        }
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.at < self.chars.len() && keep(self.peek(0)) {
            self.next();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    self.next();
                    continue;
                }
            }
            self.next();
            self.next();
            if depth == 0 {
                return;
            }
        }
    }

    /// A character literal, or the mark of a lifetime.
    fn quote(&mut self) {
        self.next();
        if self.peek(0) == '\\' {
            self.next();
            self.next();
            self.skip_while(|c| c != '\'');
            self.next();
        } else if self.peek(1) == '\'' {
            self.next();
            self.next();
        }
    }

    fn string(&mut self, line: usize) {
        self.next();
        let mut text = String::new();
        while self.at < self.chars.len() && self.peek(0) != '"' {
            match self.next() {
                '\\' => match self.next() {
                    '\n' => self.skip_while(char::is_whitespace),
                    'n' | 'r' | 't' => text.push(' '),
                    other => text.push(other),
                },
                c => text.push(c),
            }
        }
        self.next();
        self.push(Token::Text(text), line);
    }

    fn word(&mut self, line: usize) {
        let start = self.at;
        self.skip_while(|c| c.is_alphanumeric() || c == '_');
        let word: String = self.chars[start..self.at].iter().collect();
        let hashes = self.chars[self.at..].iter().take_while(|c| **c == '#').count();
        match word.as_str() {
            "r" | "br" | "cr" if self.peek(hashes) == '"' => self.raw_string(hashes, line),
            "b" | "c" if self.peek(0) == '"' => self.string(line),
            "b" if self.peek(0) == '\'' => self.quote(),
            "r" if hashes == 1 => self.at += 1,
            _ => self.push(Token::Word(word), line),
        }
    }

    fn raw_string(&mut self, hashes: usize, line: usize) {
        self.at += hashes + 1;
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#') {
                break;
            }
            text.push(self.next());
        }
        self.at += hashes + 1;
        self.push(Token::Text(text), line);
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[test]
    fn strings_characters_lifetimes_and_comments_are_told_apart() {
        let text =
            "// a\n/* b /* c */ */ fn f<'a>(x: &'a str) -> char { r#\"d \"e\"\"#; \"f \\\n   g\"; '\\''; b'\"'; 'h' }";
        let texts: Vec<Token> = tokens(text)
            .into_iter()
            .map(|placed| placed.token)
            .filter(|token| matches!(token, Token::Text(_)))
            .collect();
        assert_eq!(texts, [Token::Text("d \"e\"".to_owned()), Token::Text("f g".to_owned())]);
        assert_eq!(
            tokens(text).iter().filter_map(|placed| placed.word()).collect::<Vec<_>>(),
            ["fn", "f", "a", "x", "a", "str", "char"]
        );
    }
}
