//! A ZIP archive in memory, read part by part within bounds: a part that would unpack to more than is allowed is an error.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::formats::decode::decode;

/// Most bytes that one part may unpack to.
const MOST_PART: u64 = 32 << 20;
/// Most bytes that all parts together may unpack to.
const MOST_ALL: u64 = 64 << 20;
/// Most parts of an archive.
const MOST_PARTS: usize = 10_000;

/// An open archive.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive; the error is one sentence without a full stop.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, String> {
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err("it is encrypted, or in an old binary format: save it without a password in a current format"
                .to_owned());
        }
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| "it is damaged or cut off: not a complete ZIP archive".to_owned())?;
        if zip.len() > MOST_PARTS {
            return Err(format!("it has {} parts; at most {MOST_PARTS} are read", zip.len()));
        }
        Ok(Archive { zip, left: MOST_ALL })
    }

    /// Names of the parts, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.zip.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
        names.sort();
        names
    }

    /// A part's bytes; `None` where there is none of that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let most = MOST_PART.min(self.left);
        let mut file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(format!("its part {name} cannot be unpacked (encrypted, or an unknown compression)")),
        };
        let mut bytes = Vec::new();
        let read = file.by_ref().take(most + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(format!("its part {name} unpacks to more than {} MiB: not read", most >> 20));
        }
        self.left -= bytes.len() as u64;
        match read {
            Ok(_) => Ok(Some(bytes)),
            Err(_) => Err(format!("its part {name} is damaged")),
        }
    }

    /// A part's text; `None` where there is none of that name.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        Ok(self.part(name)?.map(|bytes| decode(&bytes).0))
    }

    /// Unpacks every part once without keeping it: after this, another reader of the same bytes stays within the bounds.
    pub(crate) fn weigh(&mut self) -> Result<(), String> {
        for index in 0..self.zip.len() {
            let file = self.zip.by_index(index).map_err(|_| "a part cannot be unpacked (encrypted?)".to_owned())?;
            let most = MOST_PART.min(self.left);
            let unpacked = std::io::copy(&mut file.take(most + 1), &mut std::io::sink())
                .map_err(|_| "a part is damaged".to_owned())?;
            if unpacked > most {
                return Err(format!("it unpacks to more than {} MiB: not read", MOST_ALL >> 20));
            }
            self.left -= unpacked;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;

    /// An archive with the given parts.
    pub(crate) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (name, bytes) in parts {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_bomb_stops_at_the_bound() {
        let bomb = zipped(&[("word/document.xml", &vec![b' '; 80 << 20])]);
        assert!(bomb.len() < 1 << 20);
        let why = Archive::open(&bomb).unwrap().part("word/document.xml").unwrap_err();
        assert_eq!(why, "its part word/document.xml unpacks to more than 32 MiB: not read");
        assert!(Archive::open(&bomb).unwrap().weigh().is_err());
    }

    #[test]
    fn many_parts_share_one_bound() {
        let part = vec![b' '; 30 << 20];
        let bomb = zipped(&[("a", &part), ("b", &part), ("c", &part)]);
        let mut archive = Archive::open(&bomb).unwrap();
        assert!(archive.part("a").is_ok() && archive.part("b").is_ok());
        assert_eq!(archive.part("c").unwrap_err(), "its part c unpacks to more than 4 MiB: not read");
    }

    #[test]
    fn encrypted_and_damaged_files_are_told() {
        assert!(Archive::open(&[0xD0, 0xCF, 0x11, 0xE0, 0, 0]).err().unwrap().contains("encrypted"));
        let whole = zipped(&[("a", b"text")]);
        assert!(Archive::open(&whole[..whole.len() / 2]).err().unwrap().contains("cut off"));
    }
}
