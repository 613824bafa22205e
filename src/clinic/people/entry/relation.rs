//! A relation as it is typed: a chain from somebody, "mother's sister", or somebody's partner, child or twin.
//! Must not know: whom it starts from.

use crate::clinic::people::{particulars::Life, person::SexAtBirth, ties::Zygosity};
use kinward_pedigree as pedigree;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    Kin {
        relation: pedigree::Relation,
        /// Where the word leaves the sex open: a child, a sibling, a pregnancy.
        sex_open: bool,
        twin: Option<Zygosity>,
        life: Option<Life>,
    },
    Partner {
        sex: SexAtBirth,
        ended: bool,
    },
}

/// Reads what was typed.
///
/// # Errors
/// In words: what a relation is written as.
pub fn relation(text: &str) -> Result<Typed, String> {
    let text = text.trim().to_lowercase().replace('\u{2019}', "'");
    let text = text.trim_start_matches("the ").trim_start_matches("my ").trim();
    if let Some(partner) = partner(text) {
        return Ok(partner);
    }
    if text.ends_with("'s partner") || text.ends_with("'s husband") || text.ends_with("'s wife") {
        return Err(
            "Write partner, husband or wife here, and the person's row or number under \"Relative of\"."
                .into(),
        );
    }
    let (text, twin) = twin_of(text);
    let (way, last) = match text.rsplit_once("'s ") {
        Some((way, last)) => (format!("{way}'s "), last),
        None => (String::new(), text),
    };
    let (last, sex_open, life) = match last {
        "child" | "baby" => ("daughter", true, None),
        "pregnancy" => ("daughter", true, Some(Life::Pregnancy)),
        "sibling" | "" if twin.is_some() || last == "sibling" => ("sister", true, None),
        "maternal half-sibling" => ("maternal half-sister", true, None),
        "paternal half-sibling" => ("paternal half-sister", true, None),
        last => (last, false, None),
    };
    let whole = format!("{way}{}", in_steps(last).unwrap_or(last));
    let whole = whole.split("'s ").map(plain).collect::<Vec<_>>().join("'s ");
    match pedigree::Relation::parse(&whole) {
        Ok(relation) => Ok(Typed::Kin { relation, sex_open, twin, life }),
        Err(problem) => Err(format!(
            "{problem} For a couple write partner, husband or wife; a child or sibling whose sex is not known is child or sibling."
        )),
    }
}

fn partner(text: &str) -> Option<Typed> {
    let (word, ended) = match text.strip_prefix("ex-").or_else(|| text.strip_prefix("former ")) {
        Some(word) => (word, true),
        None => (text, false),
    };
    let sex = match word {
        "partner" | "spouse" => SexAtBirth::Unknown,
        "husband" | "boyfriend" => SexAtBirth::Male,
        "wife" | "girlfriend" => SexAtBirth::Female,
        _ => return None,
    };
    Some(Typed::Partner { sex, ended })
}

fn twin_of(text: &str) -> (&str, Option<Zygosity>) {
    for (word, zygosity) in [
        ("identical twin", Zygosity::Monozygotic),
        ("non-identical twin", Zygosity::Dizygotic),
        ("twin", Zygosity::Unknown),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return (rest.trim(), Some(zygosity));
        }
    }
    (text, None)
}

/// Words for two steps, where the side is said.
fn in_steps(word: &str) -> Option<&'static str> {
    Some(match word {
        "maternal grandmother" => "mother's mother",
        "maternal grandfather" => "mother's father",
        "paternal grandmother" => "father's mother",
        "paternal grandfather" => "father's father",
        "maternal aunt" => "mother's sister",
        "maternal uncle" => "mother's brother",
        "paternal aunt" => "father's sister",
        "paternal uncle" => "father's brother",
        _ => return None,
    })
}

fn plain(word: &str) -> &str {
    match word {
        "mum" | "mam" | "mom" => "mother",
        "dad" => "father",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> String {
        match relation(text) {
            Ok(Typed::Kin { relation, .. }) => relation.label(),
            Ok(Typed::Partner { .. }) => "partner".into(),
            Err(words) => words,
        }
    }

    #[test]
    fn a_relation_is_read_in_everyday_words() {
        assert_eq!(label("Mum\u{2019}s sister"), "mother's sister");
        assert_eq!(label("my maternal aunt"), "mother's sister");
        assert_eq!(label("paternal grandmother"), "father's mother");
        assert_eq!(label("ex-wife"), "partner");
        assert!(matches!(
            relation("twin brother"),
            Ok(Typed::Kin { twin: Some(Zygosity::Unknown), sex_open: false, .. })
        ));
        assert!(matches!(
            relation("identical twin"),
            Ok(Typed::Kin { twin: Some(Zygosity::Monozygotic), sex_open: true, .. })
        ));
        assert!(matches!(relation("sister's child"), Ok(Typed::Kin { sex_open: true, .. })));
        assert!(matches!(relation("pregnancy"), Ok(Typed::Kin { life: Some(Life::Pregnancy), .. })));
    }

    #[test]
    fn what_is_no_relation_is_told_how_to_write_one() {
        for text in ["", "cousin", "mother's husband", "mother's son", "step-aunt"] {
            assert!(relation(text).is_err(), "{text}");
        }
    }
}
