//! The README is true: its picture is the one that is drawn today, and its table names every file.
//! Must not know: anything that is not public.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

#[path = "../examples/symbols.rs"]
#[allow(dead_code, reason = "an example has a main of its own")]
mod symbols;

#[test]
fn the_picture_of_every_symbol_is_current() {
    let drawing = symbols::drawing();
    let score = kinward_pedigree::score(&drawing);
    assert_eq!((score.gates.total(), score.missing_links), (0, 0), "{score:?}");
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/symbols.svg")).unwrap();
    let how = "cargo run -p kinward-pedigree --example symbols -- pedigree/docs/symbols.svg";
    assert!(kept == drawing.svg(), "the picture is not the one drawn today; make it anew: {how}");
}

#[test]
fn the_table_names_every_file_beside_the_map() {
    let readme = include_str!("../README.md");
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_told = !name.contains('.') || ["lib.rs", "properties.rs"].contains(&name.as_str());
        assert!(
            is_told || readme.contains(&format!("| `{name}`")) || readme.contains(&format!(", `{name}`")),
            "{name}"
        );
    }
}
