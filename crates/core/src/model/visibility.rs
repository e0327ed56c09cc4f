//! Who may read a repository. Data only.

use serde::{Deserialize, Deserializer, Serialize};

/// Who may read a repository or a log, the fewest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Everybody of the organisation or of the server.
    Internal,
    /// Those who were let in.
    Private,
}

const NAMES: [&str; 3] = ["public", "internal", "private"];

impl Visibility {
    /// As servers name it; `None`: no word that is known.
    pub fn named(word: &str) -> Option<Visibility> {
        let all = [Visibility::Public, Visibility::Internal, Visibility::Private];
        NAMES.into_iter().zip(all).find_map(|(known, visibility)| (known == word).then_some(visibility))
    }

    /// By a word, where the server has one, else by whether it is private.
    pub fn told(word: Option<&str>, private: Option<bool>) -> Option<Visibility> {
        let flag = private.map(|private| if private { Visibility::Private } else { Visibility::Public });
        match word.and_then(Visibility::named) {
            Some(named) => Some(named),
            // A word that nobody knows is not the most open one.
            None => word.map_or(flag, |_| Some(Visibility::Private)),
        }
    }
}

/// A word; evidence of an older version says whether it is private.
impl<'de> Deserialize<'de> for Visibility {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Told {
            Private(bool),
            Word(String),
        }
        match Told::deserialize(deserializer)? {
            Told::Private(private) => Ok(if private { Visibility::Private } else { Visibility::Public }),
            Told::Word(word) => {
                Visibility::named(&word).ok_or_else(|| serde::de::Error::unknown_variant(&word, &NAMES))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_flags() {
        use Visibility::{Internal, Private, Public};
        assert!(Public < Internal && Internal < Private);
        // GitHub calls an internal repository private too.
        assert_eq!(Visibility::told(Some("internal"), Some(true)), Some(Internal));
        assert_eq!(Visibility::told(Some("new"), Some(false)), Some(Private));
        assert_eq!(Visibility::told(None, Some(false)), Some(Public));
        assert_eq!(Visibility::told(None, None), None);
        for (json, meant) in [("true", Some(Private)), ("\"internal\"", Some(Internal)), ("\"x\"", None), ("1", None)] {
            assert_eq!(serde_json::from_str(json).ok(), meant, "{json}");
        }
        assert_eq!(serde_json::to_string(&Internal).unwrap(), "\"internal\"");
    }
}
