//! The engine of templates as all of them are read: unknown names are mistakes, and a line that holds only a tag leaves no line behind.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};

/// The engine before escapes, filters and texts are added.
pub(crate) fn environment<'t>() -> Environment<'t> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    if let Ok(syntax) = syntax {
        env.set_syntax(syntax);
    }
    env
}
