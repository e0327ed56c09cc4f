//! Which of the products that advisories speak of are ours, as `[[subject]]` names them: by package URL, CPE or name. Pure.

use crate::model::policy::Policy;

/// What the configuration calls our products.
#[derive(Clone, Copy)]
pub(crate) struct OurProducts<'a>(&'a [String]);

impl<'a> OurProducts<'a> {
    /// `None`: nobody says which products are ours.
    pub(crate) fn of(policy: &'a Policy) -> Option<Self> {
        (!policy.products.is_empty()).then_some(OurProducts(&policy.products))
    }

    /// Is a product with this name ours?
    pub(crate) fn is(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.0.iter().any(|pattern| matches(&pattern.trim().to_lowercase(), &name))
    }
}

/// Does a name fit a pattern? Both in small letters.
fn matches(pattern: &str, name: &str) -> bool {
    if pattern.starts_with("pkg:") {
        let (pattern, name) = (bare(pattern), bare(name));
        let name = if version(pattern).is_some() { name } else { version(name).map_or(name, |at| &name[..at]) };
        return fits(pattern, name);
    }
    if let (Some(pattern), Some(name)) = (parts(pattern), parts(name)) {
        let mut name = name.split(':');
        return pattern.trim_end_matches(':').split(':').all(|part| name.next().is_some_and(|own| fits(part, own)));
    }
    fits(pattern, name)
}

/// A package URL without qualifiers and place.
fn bare(purl: &str) -> &str {
    purl.split(['?', '#']).next().unwrap_or(purl).trim_end_matches('/')
}

/// Where the version of a package URL begins: an `@` may also lead the scope of a name.
fn version(purl: &str) -> Option<usize> {
    let last = purl.rfind('/').map_or(0, |at| at + 1);
    purl[last..].rfind('@').filter(|at| *at > 0).map(|at| last + at)
}

/// What a CPE says, in either of its forms.
fn parts(cpe: &str) -> Option<&str> {
    cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))
}

/// `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_products() {
        for (pattern, name, ours) in [
            ("pkg:github/acme/pump", "pkg:github/acme/pump", true),
            ("pkg:github/acme/pump", "pkg:GitHub/Acme/Pump@1.2?arch=x", true),
            ("pkg:github/acme/pump@1.2", "pkg:github/acme/pump@1.2#lib", true),
            ("pkg:github/acme/pump@1.2", "pkg:github/acme/pump@1.3", false),
            ("pkg:github/acme/pump", "pkg:github/acme/pump-tools@1.2", false),
            ("pkg:github/acme/*", "pkg:github/acme/pump@1.2", true),
            ("pkg:npm/@acme/pump", "pkg:npm/@acme/pump@2.0", true),
            ("pkg:npm/@acme/pump", "pkg:npm/@other/pump@2.0", false),
            ("cpe:2.3:a:acme:pump", "cpe:2.3:a:acme:pump:1.0:*:*:*:*:*:*:*", true),
            ("cpe:2.3:a:acme:pump", "cpe:/a:acme:pump:1.0", true),
            ("cpe:2.3:a:acme:pump:1.0", "cpe:2.3:a:acme:pump:1.1", false),
            ("cpe:2.3:*:acme:pump", "cpe:2.3:h:acme:pump:-", true),
            ("cpe:2.3:a:acme:pump", "cpe:2.3:a:acme:pump_tools:1.0", false),
            ("Infusion pump", "infusion pump ", true),
            ("Infusion pump", "Infusion pump 2", false),
            ("Infusion pump*", "Infusion pump 2", true),
            ("*pump*", "Acme Pump 2", true),
            ("*", "anything", true),
        ] {
            let policy = Policy { products: vec![pattern.to_owned()], ..Policy::default() };
            assert_eq!(OurProducts::of(&policy).is_some_and(|own| own.is(name)), ours, "{pattern} {name}");
        }
        assert!(OurProducts::of(&Policy::default()).is_none());
    }
}
