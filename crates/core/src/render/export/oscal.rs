//! Door: OSCAL 1.2.1 (NIST), as assessment results and as plan of action and milestones. Its schemas know no "undetermined": a constraint
//! is satisfied where it conforms, and not satisfied in every other case, with the reason beside it.

pub(crate) mod catalog;
pub(crate) mod parts;
pub(crate) mod poam;
pub(crate) mod results;
#[cfg(test)]
mod tests;
