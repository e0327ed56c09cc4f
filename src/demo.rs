//! placeholder
/// d
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// x
    #[error("x")]
    X,
}
/// d
pub struct Demo {
    /// d
    pub what: String,
    /// d
    pub next: Vec<String>,
}
/// d
pub fn build(_: &std::path::Path, _: chrono::NaiveDate) -> Result<Demo, DemoError> {
    Err(DemoError::X)
}
