//! Post as files: `mail/<post id>.eml`, `texts/<post id>.txt` and `letters/<post id>.pdf`, for the demonstration and for pick-up folders.
//! Must not know: who reads the folder afterwards.

use super::{Parcel, PostRef, Sender, Sent, Transport, message};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Writes each parcel as one file below `dir`. Doing it again with the same bytes is accepted again; other bytes under
/// the same post id are refused, because one of the two would be lost.
pub struct FileTransport {
    dir: PathBuf,
    sender: Sender,
}

impl FileTransport {
    /// `dir` is made when the first parcel is written, readable by this user alone.
    pub fn new(dir: impl Into<PathBuf>, sender: Sender) -> Self {
        Self { dir: dir.into(), sender }
    }

    fn write(&self, folder: &str, name: &str, bytes: &[u8]) -> Sent {
        let name = &crate::mutant::file_name(name);
        let place = format!("{folder}/{name}");
        match write_once(&self.dir.join(folder), name, bytes) {
            Ok(Outcome::Written | Outcome::AlreadyThere) => Sent::Accepted { provider_ref: place },
            Ok(Outcome::Different) => {
                Sent::ours(format!("{place} is already there with other content; nothing was overwritten"))
            }
            // A half-written file never bears the final name, so trying again is safe.
            Err(problem) => Sent::Retry {
                words: format!("{place} could not be written: {problem}"),
                pause_channel: false,
            },
        }
    }
}

impl Transport for FileTransport {
    fn send(&self, post: &PostRef, parcel: &Parcel<'_>) -> Sent {
        match parcel {
            Parcel::Notice(notice) => match message::compose(notice, &self.sender, post) {
                Ok(message) => self.write("mail", &format!("{}.eml", post.id), &message.formatted()),
                Err(problem) => Sent::ours(problem.to_string()),
            },
            Parcel::Digest(digest) => match message::compose_digest(digest, &self.sender, post) {
                Ok(message) => self.write("mail", &format!("{}.eml", post.id), &message.formatted()),
                Err(problem) => Sent::ours(problem.to_string()),
            },
            Parcel::Text(notice) => {
                let text = format!("To: {}\n\n{}\n", notice.to().as_str(), notice.text());
                self.write("texts", &format!("{}.txt", post.id), text.as_bytes())
            }
            Parcel::Letter(pdf) => self.write("letters", &format!("{}.pdf", post.id), pdf.bytes()),
        }
    }
}

enum Outcome {
    Written,
    AlreadyThere,
    Different,
}

/// All of `bytes` under `name`, or no `name`. Linking, unlike renaming, fails when the name is taken: nothing is overwritten
/// even if two writers race.
fn write_once(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<Outcome> {
    make_folder(folder)?;
    let part = folder.join(format!(".{name}.part"));
    let path = folder.join(name);
    write_durably(&part, bytes)?;
    let linked = fs::hard_link(&part, &path);
    fs::remove_file(&part)?;
    match linked {
        Ok(()) => {
            sync_folder(folder)?;
            Ok(Outcome::Written)
        }
        Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {
            let same = fs::read(&path)? == bytes;
            Ok(if same { Outcome::AlreadyThere } else { Outcome::Different })
        }
        Err(problem) => Err(problem),
    }
}

/// Makes `folder` and its parents, for this user alone: what lies there is about people.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes and waits until the bytes are on the disk.
pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the names in `folder` are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{
        message::tests::{post, sample, sender},
        *,
    };
    use std::os::unix::fs::PermissionsExt;

    fn transport(dir: &Path) -> FileTransport {
        FileTransport::new(dir, sender())
    }

    fn accepted(place: &str) -> Sent {
        Sent::Accepted { provider_ref: place.to_owned() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    const EML: &str = "mail/0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11.eml";

    #[test]
    fn the_same_post_twice_is_one_file_and_two_yeses() {
        let dir = tempfile::tempdir().unwrap();
        let files = transport(dir.path());
        for _ in 0..2 {
            assert_eq!(files.write("mail", "a.eml", b"Hello"), accepted("mail/a.eml"));
        }
        assert_eq!(names(&dir.path().join("mail")), ["a.eml"]);
        let mode = fs::metadata(dir.path().join("mail/a.eml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn other_bytes_under_the_same_post_are_refused_and_the_first_stay() {
        let dir = tempfile::tempdir().unwrap();
        let files = transport(dir.path());
        assert_eq!(files.write("letters", "a.pdf", b"first"), accepted("letters/a.pdf"));
        let Sent::Refused { code: 0, words } = files.write("letters", "a.pdf", b"second") else {
            panic!("overwritten")
        };
        assert!(words.starts_with("letters/a.pdf is already there"));
        assert_eq!(fs::read(dir.path().join("letters/a.pdf")).unwrap(), b"first");
    }

    #[test]
    fn what_a_crash_left_half_written_does_not_stand_in_the_way() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("mail")).unwrap();
        fs::write(dir.path().join("mail/.a.eml.part"), b"half of a much longer message").unwrap();
        assert_eq!(transport(dir.path()).write("mail", "a.eml", b"whole"), accepted("mail/a.eml"));
        assert_eq!(fs::read(dir.path().join("mail/a.eml")).unwrap(), b"whole");
        assert_eq!(names(&dir.path().join("mail")), ["a.eml"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_means_try_again() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mail"), b"a file where the folder should be").unwrap();
        let sent = transport(dir.path()).write("mail", "a.eml", b"Hello");
        assert!(matches!(sent, Sent::Retry { pause_channel: false, .. }), "{sent:?}");
    }

    #[test]
    fn a_notice_becomes_an_eml_with_every_dot_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let message = sample("ann@home.example", ".\r\n..\r\nHello").formatted();
        assert_eq!(
            transport(dir.path()).write("mail", &format!("{}.eml", post().id), &message),
            accepted(EML)
        );
        let written = fs::read(dir.path().join(EML)).unwrap();
        assert!(written.ends_with(b"\r\n\r\n.\r\n..\r\nHello\r\n"));
    }
}
