//! Stories of templates: what their markup becomes, and what they refuse.
//! Must not know: any published template.

use super::*;

const HEAD: &str = "+++\nkind = \"k\"\nlanguage = \"en\"\nversion = \"1\"\nlevels = [\"L0\", \"L1\"]\napprovers = []\nchecked = []\nreview_date = \"May 2027\"\nreading_target = \"9\"\nfooter = \"{{version}}\"\n+++\n";

fn values(words: &[(&'static str, &str)]) -> Values {
    let words = words.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
    let rows = vec![("a".to_owned(), "b".to_owned())];
    let tables = BTreeMap::from([("full", rows), ("none", Vec::new())]);
    Values { words, tables, code: Some("ABCD".into()), sign_off: vec!["Jo".into(), "Nurse".into()] }
}

fn template(body: &str) -> Result<Template, WordingError> {
    Template::parse(&format!("{HEAD}{body}"))
}

fn fill(body: &str, words: &[(&'static str, &str)]) -> Result<Filled, WordingError> {
    template(body)?.fill(Level::L1, Some(Actionability::Reproductive), &values(words))
}

#[test]
fn the_markup_becomes_blocks() {
    let body = "# T\n\nOne\ntwo {{x}}\n\n## H\n- a\n- b\n\n- c\n:: L | {{x}}\n:: M | n\n\n{{code}}\n\n@page\n\n{{signatory}}\n";
    let filled = fill(body, &[("x", "X")]).unwrap();
    assert_eq!((filled.heading.as_str(), filled.footer.as_str()), ("T", "1"));
    let row = |l: &str, v: &str| (l.to_owned(), v.to_owned());
    assert_eq!(
        filled.blocks,
        [
            Block::Paragraph("One two X".into()),
            Block::Heading("H".into()),
            Block::List(vec!["a".into(), "b".into()]),
            Block::List(vec!["c".into()]),
            Block::Facts(vec![row("L", "X"), row("M", "n")]),
            Block::Code("ABCD".into()),
            Block::NewPage,
            Block::SignOff(vec!["Jo".into(), "Nurse".into()]),
        ]
    );
}

#[test]
fn a_block_is_for_the_levels_and_classes_that_are_named_above_it() {
    let body = "@levels L0\n# Zero\n@levels L1\n# One\nMore {{x}}\n@classes reproductive\n\nPlan\n@classes not_preventable\n\nNo\n@all\n@locked\n\nBoth\n";
    let read = template(body).unwrap();
    let said = |level, class| {
        let filled = read.fill(level, class, &values(&[("x", "X")])).unwrap();
        let blocks = filled.blocks.iter().map(|b| match b {
            Block::Paragraph(text) => text.clone(),
            other => format!("{other:?}"),
        });
        (filled.heading, blocks.collect::<Vec<_>>().join(","), filled.locks)
    };
    assert_eq!(said(Level::L0, None), ("Zero".into(), "Both".into(), vec![Lock::Locked]));
    let (heading, blocks, locks) = said(Level::L1, Some(Actionability::Reproductive));
    assert_eq!((heading.as_str(), blocks.as_str()), ("One", "More X,Plan,Both"));
    assert_eq!(locks, [Lock::Editable, Lock::Editable, Lock::Locked]);
    assert_eq!(said(Level::L1, Some(Actionability::AdultActionable)).1, "More X,Both");
    assert!(matches!(
        read.fill(Level::L2, None, &values(&[])).err(),
        Some(WordingError::NoTemplate { level: Level::L2, .. })
    ));
}

#[test]
fn a_missing_value_is_an_error_and_never_a_blank() {
    let missing = |name: &str| Some(WordingError::MissingValue("k L1".into(), name.into()));
    assert_eq!(fill("# T\nDear {{x}}\n", &[]).err(), missing("x"));
    assert_eq!(fill("# {{y}}\n", &[]).err(), missing("y"));
    let without = Values { code: None, ..values(&[]) };
    assert_eq!(template("# T\n{{code}}\n").unwrap().fill(Level::L1, None, &without).err(), missing("code"));
}

#[test]
fn what_belongs_to_a_table_stands_only_where_it_has_rows() {
    let body = "# T\n@with none\nHidden\n::: none\n@with full\nShown\n\n::: full\n@always\nEnd\n";
    let filled = fill(body, &[]).unwrap();
    let said = |text: &str| Block::Paragraph(text.into());
    let rows = Block::Facts(vec![("a".into(), "b".into())]);
    assert_eq!(filled.blocks, [said("Shown"), rows, said("End")]);
    let missing = Some(WordingError::MissingValue("k L1".into(), "other".into()));
    assert_eq!(fill("# T\n::: other\n", &[]).err(), missing);
}

#[test]
fn a_value_is_only_ever_text() {
    let nasty = "## x\n- y {{code}} {{{z}}} <b>&amp;</b> :: a | b @page";
    let filled = fill("# T\nDear {{x}}\n", &[("x", nasty)]).unwrap();
    assert_eq!(filled.blocks, [Block::Paragraph(format!("Dear {nasty}"))]);
}

#[test]
fn a_template_that_does_more_than_place_values_is_refused() {
    for body in [
        "no title\n",
        "# T\n# U\n",
        "@levels L0\n# T\n",
        "@levels L2\n# T\n",
        "@classes reproductive\n# T\n",
        "@classes sometimes\n# T\n",
        "@levels\n# T\n",
        "@include x\n# T\n",
        "@\n# T\n",
        "# T\n{{{x}}}\n",
        "# T\n{{&x}}\n",
        "# T\n{{#if x}}y{{/if}}\n",
        "# T\n{{lookup a b}}\n",
        "# T\n{{> p}}\n",
        "# T\n{{x\n",
        "# T\n{{ x }}\n",
        "# T\n<b>x</b>\n",
        "# T\n### x\n",
        "# T\n:: label only\n",
        "# T\n\\{{x}}\n",
    ] {
        assert!(matches!(template(body), Err(WordingError::Template { .. })), "{body:?}");
    }
    assert!(Template::parse("# T\n").is_err());
    let at = template("# T\n\n{{x\n");
    assert!(matches!(at, Err(WordingError::Template { line: 14, .. })), "{at:?}");
}
