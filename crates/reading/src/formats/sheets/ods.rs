//! ODF spreadsheets → document model.

use crate::formats::extract::Extract;
use crate::formats::office::odf;
use crate::formats::office::odf_body::Office;

/// Reads a spreadsheet; the error says why nothing of it was read.
pub(crate) fn read(bytes: &[u8], out: &mut Extract) -> Result<(), String> {
    odf::read(bytes, Office::Sheet, out)
}
