//! The command line as a pipe meets it.
//! Must not know: what the commands say.

use std::process::{Command, Stdio};

#[test]
fn a_reader_that_stops_early_ends_a_command_without_a_word() {
    for words in [&["variant", "check", "c.1A>G"][..], &["policy", "check"], &["--help"]] {
        // Nobody reads from the very beginning, so that no race decides.
        let (nobody, into) = std::io::pipe().unwrap();
        drop(nobody);
        let out = Command::new(env!("CARGO_BIN_EXE_kinward"))
            .args(words)
            .stdout(Stdio::from(into))
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(told.is_empty(), "{words:?}: {told}");
        assert_ne!(out.status.code(), Some(101), "{words:?}");
    }
}
