//! Is the product that a record names one of those that the configuration names? Names are written in many ways: only one that is
//! plainly that of something else is another product. Pure.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::intake::products::OurProducts;
use crate::model::policy::{Policy, SubjectRepository};

/// Words that tell no product from another.
static WORDS: LazyLock<ProductWords> = LazyLock::new(|| {
    toml::from_str(include_str!("product_words.toml")).expect("the words of products are well-formed")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductWords {
    general: BTreeSet<String>,
    every: BTreeSet<String>,
    endings: BTreeSet<String>,
}

/// How the product of a record stands to those that are configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProductMatch {
    /// One of them, or none are configured.
    Own,
    /// Nobody says whether it is one of them.
    Open,
    /// None of them.
    Another,
}

/// So long is a word that may stand for another one by its beginning.
const STEM: usize = 4;
/// So short is a word that may be cut from another one.
const SHORT: usize = 4;
/// Shorter numbers are those of versions.
const MODEL: usize = 3;
/// So few letters tell no product from another: `A`, `v2`.
const PLAIN: usize = 3;

/// Compares the product that a record names with those that the configuration names.
pub(crate) fn compare(stated: &str, policy: &Policy) -> ProductMatch {
    // Without a name of its own a subject is called like its repository, which is no product's name.
    let nameless = |subject: &&SubjectRepository| subject.repository.ends_with(&format!("/{}", subject.name));
    let code = |name: &&str| ["pkg:", "cpe:"].iter().any(|lead| name.to_lowercase().starts_with(lead));
    let names: Vec<&str> = policy
        .subjects
        .iter()
        .filter(|subject| !nameless(subject))
        .map(|subject| subject.name.as_str())
        .chain(policy.products.iter().map(String::as_str).filter(|name| !code(name)))
        .collect();
    if names.is_empty() || OurProducts::of(policy).is_some_and(|own| own.is(stated)) {
        return ProductMatch::Own;
    }
    let own = Name::new(stated);
    if own.is_everything() || own.telling.is_empty() {
        return ProductMatch::Own;
    }
    let repositories = policy.subjects.iter().filter(nameless).map(|subject| subject.name.as_str());
    let found = names.iter().copied().chain(repositories).map(|name| own.against(&Name::new(name)));
    // What programs call a product need not be what people call it.
    let unnamed = policy.subjects.iter().any(|subject| nameless(&subject)) || names.iter().all(|name| is_code(name));
    let best = found.min().unwrap_or(ProductMatch::Own);
    if unnamed { best.min(ProductMatch::Open) } else { best }
}

/// Is it a name for programs: `acme-pump`, `com.acme.pump`, `acme/pump`?
fn is_code(name: &str) -> bool {
    let name = name.trim().trim_end_matches('*');
    let joined = |c: char| matches!(c, '/' | ':' | '_' | '@' | '.' | '-' | '*');
    !name.contains(' ') && (name.contains(joined) || !name.contains(char::is_uppercase))
}

/// A name as it is compared.
struct Name {
    /// All words, in order.
    words: Vec<String>,
    /// Those that tell it from others.
    telling: BTreeSet<String>,
    /// Numbers of models.
    numbers: BTreeSet<String>,
}

impl Name {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
        let words: Vec<String> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let version = |word: &str| digits(word.strip_prefix(['v', 'r']).unwrap_or(word));
        let general = |word: &str| WORDS.general.iter().any(|own| Self::plain(own) == word);
        Name {
            telling: words.iter().filter(|word| !version(word) && !general(word)).cloned().collect(),
            numbers: words.iter().filter(|word| digits(word) && word.len() >= MODEL).cloned().collect(),
            words,
        }
    }

    fn plain(word: &str) -> String {
        word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")
    }

    /// "All products".
    fn is_everything(&self) -> bool {
        let every = |word: &String| WORDS.every.iter().any(|own| Self::plain(own) == *word);
        self.telling.iter().all(every)
    }

    fn against(&self, other: &Name) -> ProductMatch {
        if other.telling.is_empty() {
            return if self.words == other.words { ProductMatch::Own } else { ProductMatch::Open };
        }
        let rest = |one: &Name, other: &Name| -> Vec<String> {
            one.telling.iter().filter(|word| !other.telling.iter().any(|own| is_same(word, own))).cloned().collect()
        };
        let (own, others) = (rest(self, other), rest(other, self));
        if own.is_empty() || others.is_empty() || self.holds(other) || other.holds(self) {
            let models = !self.numbers.is_empty() && !other.numbers.is_empty();
            let differ = models && self.numbers.is_disjoint(&other.numbers);
            return if differ { ProductMatch::Open } else { ProductMatch::Own };
        }
        let shared = self.telling.len() - own.len();
        let akin = own.iter().any(|word| others.iter().any(|other| is_akin(word, other)));
        let short = |rest: &[String]| !rest.iter().any(|word| word.chars().count() >= PLAIN);
        let initials = |name: &Name| name.telling_in_order().filter_map(|word| word.chars().next()).collect::<String>();
        let cut = |one: &Name, other: &Name| {
            let letters = initials(other);
            letters.chars().count() > 1 && one.telling.contains(&letters)
        };
        if akin || shared > 1 || short(&own) || short(&others) || cut(self, other) || cut(other, self) {
            ProductMatch::Open
        } else {
            ProductMatch::Another
        }
    }

    fn telling_in_order(&self) -> impl Iterator<Item = &String> {
        self.words.iter().filter(|word| self.telling.contains(*word))
    }

    /// Do words of this name that follow one another make the other one, however it is cut: `AtemHilfe`, "Atem-Hilfe"?
    fn holds(&self, other: &Name) -> bool {
        let whole: String = other.telling_in_order().map(String::as_str).collect();
        let own: Vec<&String> = self.telling_in_order().collect();
        (0..own.len()).any(|from| {
            let mut rest = whole.as_str();
            own[from..].iter().any(|word| {
                let Some(left) = rest.strip_prefix(word.as_str()) else {
                    rest = "\0";
                    return false;
                };
                rest = left;
                left.is_empty()
            })
        })
    }
}

/// The same word, but for how it ends?
fn is_same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let ends = |rest: &str| rest.is_empty() || short.len() >= STEM && WORDS.endings.contains(rest);
    long.strip_prefix(short).is_some_and(ends)
}

/// May one word stand for the other: the beginning or the end of a compound, cut short, mistyped?
fn is_akin(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let letters = short.chars().count();
    let held = letters >= STEM && long.contains(short);
    let mistyped = letters > STEM && strsim::osa_distance(one, other) <= 1 + letters / 8;
    let mut left = long.chars();
    let cut = letters <= SHORT
        && letters > 1
        && short.chars().next() == long.chars().next()
        && short.chars().all(|letter| left.any(|next| next == letter));
    held || mistyped || cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse::parse;

    fn told(config: &str, stated: &str) -> ProductMatch {
        compare(stated, &parse(config, "lookback.toml", &[]).unwrap())
    }

    #[test]
    fn one_product_is_written_in_many_ways() {
        for (name, stated) in [
            ("Infusion pump", "Infusion pump 2.1 (REF 4711)"),
            ("Infusion pump", "the INFUSION-PUMP software"),
            ("Infusion pump", "Infusion pumps"),
            ("Infusion pump", "Monitor, infusion pump and charger"),
            ("KreisLauf", "Kreis-Lauf 3"),
            ("Kreis Lauf", "KreisLauf"),
            ("Meridian Gateway", "Meridian"),
            ("Meridian", "Meridian Gateway"),
            ("Meridian Gateway", "Meridian Console/Gateway"),
            ("Messgerät Süd", "Messgeraet Sued"),
            ("Meridian", "all products"),
            ("Meridian", "Alle Produkte"),
            ("Meridian", "2.4.1"),
            ("Meridian", "Software version 2"),
        ] {
            for key in ["name", "product"] {
                let config = format!("[[subject]]\n{key} = \"{name}\"\n");
                assert_eq!(told(&config, stated), ProductMatch::Own, "{name}: {stated}");
            }
        }
    }

    #[test]
    fn only_a_plain_other_product_is_another() {
        for (name, stated) in [
            ("Meridian Gateway", "Meridian Console"),
            ("Meridian", "Tangent"),
            ("KreisLauf", "QuerLauf"),
            ("CardiaLog", "CardiaView 2"),
            ("Infusion pump", "Patient monitor"),
            ("Meridian", "all products of the Tangent line"),
        ] {
            for key in ["name", "product"] {
                let config = format!("[[subject]]\n{key} = \"{name}\"\n");
                assert_eq!(told(&config, stated), ProductMatch::Another, "{name}: {stated}");
            }
            let more = format!("[[subject]]\nname = \"{name}\"\n[[subject]]\nproduct = \"{stated}\"\n");
            assert_eq!(told(&more, stated), ProductMatch::Own, "{name}: {stated}");
        }
    }

    #[test]
    fn what_may_be_the_same_stays_open() {
        for (name, stated) in [
            ("Infusion pump", "Infusionspumpe"),
            ("Meridian Gateway", "Meridian GW"),
            ("Meridian Data Gateway", "MDG"),
            ("Meridian", "Meridain"),
            ("Meridian Pump A", "Meridian Pump B"),
            ("Meridian 3000", "Meridian 5000"),
            ("Meridian Image Console", "Meridian Image Gateway"),
        ] {
            let config = format!("[[subject]]\nname = \"{name}\"\n");
            assert_eq!(told(&config, stated), ProductMatch::Open, "{name}: {stated}");
        }
        // What advisories or a repository are called is not what people say.
        for config in [
            "[[subject]]\nproduct = \"acme-mrd-fw\"\n",
            "[[subject]]\nrepository = \"acme/mrd\"\n[[subject]]\nname = \"Tangent\"\n",
        ] {
            assert_eq!(told(config, "Meridian"), ProductMatch::Open, "{config}");
        }
    }

    #[test]
    fn without_a_name_nothing_is_another() {
        for config in [
            "",
            "[[subject]]\nrepository = \"acme/pump\"\n",
            "[[subject]]\npurl = \"pkg:github/acme/pump\"\n",
            "[[subject]]\ncpe = \"cpe:2.3:a:acme:pump\"\n",
            "[[subject]]\nproduct = \"*\"\n",
        ] {
            assert_eq!(told(config, "Meridian"), ProductMatch::Own, "{config}");
        }
    }
}
