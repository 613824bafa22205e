//! A batch for the printer: a folder of PDFs under neutral names and two manifests, whole or not at all.
//! Must not know: whom a letter is to, or what it says.

use super::file::{make_folder, sync_folder, write_durably};
use crate::ids::PostId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The carrier's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Postage {
    First,
    Second,
    Economy,
    /// To another country.
    International,
}

impl Postage {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Economy => "economy",
            Self::International => "international",
        }
    }
}

/// What the outside of a letter may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outside {
    Usual,
    /// No return address, and nothing else that says who sends it.
    Plain,
}

impl Outside {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Plain => "plain",
        }
    }
}

/// One letter for the batch, as it was rendered from a `family::Letter` and stored.
pub struct PrintItem<'a> {
    pub post: PostId,
    pub pdf: &'a [u8],
    /// Lower-case hex of what was approved: other bytes are not printed.
    pub sha256: &'a str,
    pub pages: u32,
    pub postage: Postage,
    pub envelope: Outside,
}

/// A batch that lies complete in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintBatch {
    pub folder: PathBuf,
    pub letters: usize,
    pub pages: u64,
    /// Lower-case hex over `manifest.json`: sign this to vouch for the whole batch.
    pub manifest_sha256: String,
}

/// Why no batch was written. After any of these, writing the same batch again is safe.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("there is no letter to print")]
    Empty,
    #[error("post {0} is in the batch twice: each letter is printed once")]
    Twice(PostId),
    #[error("the PDF of post {0} is not the one that was approved: make and approve the letter again")]
    NotApproved(PostId),
    #[error("batch-{0} is already there with other letters; nothing was overwritten")]
    Taken(Uuid),
    #[error("the print folder cannot be written: {0}")]
    Disk(#[from] io::Error),
}

#[derive(Serialize)]
struct Manifest {
    batch: String,
    count: usize,
    pages: u64,
    letters: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    file: String,
    post: String,
    sha256: String,
    bytes: usize,
    pages: u32,
    postage: Postage,
    envelope: Outside,
}

impl PrintBatch {
    /// Writes `dir/batch-<batch>/`. The same batch again is the same answer; a crash at any moment leaves either the
    /// whole folder or none of that name.
    pub fn write(dir: &Path, batch: Uuid, items: &[PrintItem<'_>]) -> Result<Self, PrintError> {
        let manifest = manifest(batch, items)?;
        let json = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
        let done = Self {
            folder: dir.join(format!("batch-{batch}")),
            letters: manifest.count,
            pages: manifest.pages,
            manifest_sha256: sha256_hex(&json),
        };
        if done.folder.exists() {
            let same = fs::read(done.folder.join("manifest.json")).is_ok_and(|there| there == json);
            return if same { Ok(done) } else { Err(PrintError::Taken(batch)) };
        }
        let part = dir.join(format!(".batch-{batch}.part"));
        if part.exists() {
            fs::remove_dir_all(&part)?;
        }
        let written = fill(&part, items, &json, csv(&manifest).as_bytes())
            .and_then(|()| fs::rename(&part, &done.folder))
            .and_then(|()| sync_folder(dir));
        if let Err(problem) = written {
            // Best effort: the next attempt clears it as well.
            drop(fs::remove_dir_all(&part));
            return Err(problem.into());
        }
        Ok(done)
    }
}

fn fill(part: &Path, items: &[PrintItem<'_>], json: &[u8], csv: &[u8]) -> io::Result<()> {
    make_folder(part)?;
    for item in items {
        write_durably(&part.join(file_name(item.post)), item.pdf)?;
    }
    write_durably(&part.join("manifest.csv"), csv)?;
    write_durably(&part.join("manifest.json"), json)?;
    sync_folder(part)
}

/// Sorted by post id, which is random: the order tells nothing of families or of when letters were made.
fn manifest(batch: Uuid, items: &[PrintItem<'_>]) -> Result<Manifest, PrintError> {
    let mut sorted: Vec<&PrintItem<'_>> = items.iter().collect();
    sorted.sort_by_key(|item| item.post);
    let mut letters: Vec<Line> = Vec::with_capacity(sorted.len());
    for item in sorted {
        let post = item.post.to_string();
        if letters.last().is_some_and(|before| before.post == post) {
            return Err(PrintError::Twice(item.post));
        }
        let sha256 = sha256_hex(item.pdf);
        if sha256 != item.sha256 {
            return Err(PrintError::NotApproved(item.post));
        }
        letters.push(Line {
            file: file_name(item.post),
            post,
            sha256,
            bytes: item.pdf.len(),
            pages: item.pages,
            postage: item.postage,
            envelope: item.envelope,
        });
    }
    if letters.is_empty() {
        return Err(PrintError::Empty);
    }
    Ok(Manifest {
        batch: batch.to_string(),
        count: letters.len(),
        pages: letters.iter().map(|line| u64::from(line.pages)).sum(),
        letters,
    })
}

/// The post id alone: a file name is read by whoever stands at the printer.
fn file_name(post: PostId) -> String {
    format!("{post}.pdf")
}

fn csv(manifest: &Manifest) -> String {
    let mut text = String::from("file,post,sha256,bytes,pages,postage,envelope\r\n");
    for line in &manifest.letters {
        let (bytes, pages) = (line.bytes.to_string(), line.pages.to_string());
        let (postage, envelope) = (line.postage.as_str(), line.envelope.as_str());
        let cells = [&*line.file, &*line.post, &*line.sha256, &*bytes, &*pages, postage, envelope];
        text.push_str(&cells.map(csv_cell).join(","));
        text.push_str("\r\n");
    }
    text
}

/// RFC 4180 quoting, and an apostrophe before what a spreadsheet would run as a formula.
fn csv_cell(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let value = if formula { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCH: Uuid = Uuid::from_u128(7);
    const POSTS: [&str; 2] = ["0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11", "f3f5c1c2-1111-4b0e-9d2c-5a4b1f6f2a12"];

    fn item<'a>(post: usize, pdf: &'a [u8], sha256: &'a str) -> PrintItem<'a> {
        PrintItem {
            post: POSTS[post].parse().unwrap(),
            pdf,
            sha256,
            pages: 2,
            postage: Postage::Second,
            envelope: Outside::Usual,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_batch_is_a_folder_whose_manifest_vouches_for_every_file_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (sha256_hex(b"one"), sha256_hex(b"two"));
        let batch =
            PrintBatch::write(dir.path(), BATCH, &[item(1, b"two", &two), item(0, b"one", &one)]).unwrap();
        assert_eq!((batch.letters, batch.pages), (2, 4));
        let files = [format!("{}.pdf", POSTS[0]), format!("{}.pdf", POSTS[1])];
        assert_eq!(names(&batch.folder), [&*files[0], &*files[1], "manifest.csv", "manifest.json"]);

        let json = fs::read(batch.folder.join("manifest.json")).unwrap();
        assert_eq!(batch.manifest_sha256, sha256_hex(&json));
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["count"], 2);
        for (line, file) in json["letters"].as_array().unwrap().iter().zip(&files) {
            assert_eq!(line["file"], file.as_str());
            assert_eq!(line["sha256"], sha256_hex(&fs::read(batch.folder.join(file)).unwrap()));
        }
        let csv = fs::read_to_string(batch.folder.join("manifest.csv")).unwrap();
        let first = format!("{},{},{one},3,2,second,usual", files[0], POSTS[0]);
        assert_eq!(csv.lines().nth(1), Some(first.as_str()));
        assert_eq!(csv.lines().count(), 3);
    }

    #[test]
    fn the_same_batch_twice_is_one_folder_and_another_under_its_name_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (sha256_hex(b"one"), sha256_hex(b"two"));
        let first = PrintBatch::write(dir.path(), BATCH, &[item(0, b"one", &one)]).unwrap();
        assert_eq!(PrintBatch::write(dir.path(), BATCH, &[item(0, b"one", &one)]).unwrap(), first);
        let other = PrintBatch::write(dir.path(), BATCH, &[item(0, b"two", &two)]);
        assert!(matches!(other, Err(PrintError::Taken(BATCH))));
        assert_eq!(fs::read(first.folder.join(format!("{}.pdf", POSTS[0]))).unwrap(), b"one");
    }

    #[test]
    fn nothing_is_printed_twice_or_unapproved_and_no_folder_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let one = sha256_hex(b"one");
        let twice = PrintBatch::write(dir.path(), BATCH, &[item(0, b"one", &one), item(0, b"one", &one)]);
        assert!(matches!(twice, Err(PrintError::Twice(_))));
        let changed = PrintBatch::write(dir.path(), BATCH, &[item(0, b"one", &one), item(1, b"two", &one)]);
        assert!(matches!(changed, Err(PrintError::NotApproved(_))));
        assert!(matches!(PrintBatch::write(dir.path(), BATCH, &[]), Err(PrintError::Empty)));
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn what_a_crash_left_behind_is_cleared_and_never_printed() {
        let dir = tempfile::tempdir().unwrap();
        let part = dir.path().join(format!(".batch-{BATCH}.part"));
        fs::create_dir(&part).unwrap();
        fs::write(part.join("stray.pdf"), b"half").unwrap();
        let one = sha256_hex(b"one");
        let batch = PrintBatch::write(dir.path(), BATCH, &[item(0, b"one", &one)]).unwrap();
        assert_eq!(names(dir.path()), [format!("batch-{BATCH}")]);
        assert!(!batch.folder.join("stray.pdf").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_leaves_no_batch() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a file");
        fs::write(&file, b"").unwrap();
        let one = sha256_hex(b"one");
        assert!(matches!(
            PrintBatch::write(&file, BATCH, &[item(0, b"one", &one)]),
            Err(PrintError::Disk(_))
        ));
        assert_eq!(names(dir.path()), ["a file"]);
    }

    #[test]
    fn a_cell_never_runs_as_a_formula() {
        for (value, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("plain", "plain"),
        ] {
            assert_eq!(csv_cell(value), cell);
        }
    }
}
