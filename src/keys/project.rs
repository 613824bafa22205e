//! A research project's own key: from it come the project's pseudonyms, and no two projects' match. It lies in a file that
//! whoever runs the project keeps; Must not know: the database, and the installation's own keys.

use super::{derive, from_hex, service::Secret, to_hex};
use crate::{
    clock::Chance,
    error::{Error, Result},
};
use std::{fs, io::Write, path::Path};

/// A project's name and key.
pub struct ProjectKey {
    project: String,
    key: Secret,
}

impl ProjectKey {
    /// Reads the key file of `project`, or makes it where there is none. Answers whether it was made.
    ///
    /// # Errors
    /// A name that is not a short code; a file that is no key of ours, or that others than its owner may read.
    pub fn open_or_make(project: &str, path: &Path, chance: &dyn Chance) -> Result<(Self, bool)> {
        let letters = project.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !(3..=40).contains(&project.len()) || !letters {
            return Err(Error::bad_input(
                "--project: a short code of lower-case letters, digits and hyphens, such as cascade-2027",
            ));
        }
        let made = !path.exists();
        let key = if made { make(path, chance)? } else { read(path)? };
        Ok((Self { project: project.to_owned(), key }, made))
    }

    pub fn project(&self) -> &str {
        &self.project
    }

    /// What stands for one thing of ours in this project, and leads back to it for nobody without the key: 32 digits.
    pub fn pseudonym(&self, kind: &str, id: &str) -> String {
        let label = format!("kinward-extract-v1|{}|{kind}", self.project);
        to_hex(&derive(&self.key, &label, id.as_bytes())).chars().take(32).collect()
    }
}

fn make(path: &Path, chance: &dyn Chance) -> Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new([0u8; 32]);
    chance.fill(bytes.as_mut_slice());
    let mut file = owners_own(path)
        .map_err(|e| Error::bad_input(format!("the key file {} cannot be made: {e}", path.display())))?;
    let text = zeroize::Zeroizing::new(format!("{}\n", to_hex(bytes.as_slice())));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::inner)?;
    Ok(Secret::new(*bytes))
}

/// A new file that nobody but its owner may read or write.
///
/// # Errors
/// As the operating system says; also where the file is there already.
pub fn owners_own(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn read(path: &Path) -> Result<Secret> {
    let refuse = |what: &str| Error::bad_input(format!("the key file {} {what}", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            fs::metadata(path).map_err(|e| refuse(&format!("cannot be read: {e}")))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(refuse("can be read by others than its owner: chmod 600, and ask who has read it"));
        }
    }
    let text = fs::read_to_string(path).map_err(|e| refuse(&format!("cannot be read: {e}")))?;
    from_hex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Secret::new).ok_or_else(
        || refuse("is no project's key: it holds 64 hexadecimal digits, as this command makes it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn a_key_is_made_once_for_its_owner_and_says_the_same_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.key");
        let open = |project: &str| ProjectKey::open_or_make(project, &path, &SeededChance::new(3));
        let (one, made) = open("cascade-2027").unwrap();
        let (again, made_again) = open("cascade-2027").unwrap();
        assert!(made && !made_again);
        assert_eq!(one.pseudonym("family", "x"), again.pseudonym("family", "x"));
        assert_eq!(one.pseudonym("family", "x").len(), 32);
        assert_ne!(one.pseudonym("family", "x"), one.pseudonym("decision", "x"));
        // Under one key, too, another project's do not match.
        assert_ne!(open("cascade-2028").unwrap().0.pseudonym("family", "x"), one.pseudonym("family", "x"));
        for wrong in ["", "ab", "Smith", "a b c", "../x", &"x".repeat(41)] {
            assert!(open(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("project.key");
        let open = || ProjectKey::open_or_make("cascade", &path, &SeededChance::new(3));
        open().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(open().is_err_and(|refused| refused.public().contains("chmod 600")));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "secret").unwrap();
        assert!(open().is_err_and(|refused| refused.public().contains("no project's key")));
    }
}
