//! A family record of a GEDCOM file: a couple, how it went on, and their children.
//! Must not know: what individuals say of themselves beyond how they belong to this family.

use super::super::{FamilyFile, FormatError};
use super::record::Record;
use super::{Tree, date};
use crate::model::{Childless, ParentKind, PersonId, Union};
use std::collections::{BTreeMap, BTreeSet};

const READ: [&str; 16] = [
    "HUSB", "WIFE", "CHIL", "MARR", "DIV", "ANUL", "DIVF", "NCHI", "CHAN", "CREA", "REFN", "UID", "_UID",
    "RIN", "EXID", "NO",
];

/// How a child belongs to a parent, as some file says it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Belongs {
    ByDescent,
    ByLaw,
    /// Fostered, a step-child, or in a way that no tree shows.
    Otherwise,
}

impl Belongs {
    /// A word of PEDI, _FREL or _MREL.
    fn said(word: &str) -> Belongs {
        match word.to_ascii_lowercase().as_str() {
            "" | "birth" | "natural" | "biological" => Belongs::ByDescent,
            "adopted" | "adoption" => Belongs::ByLaw,
            _ => Belongs::Otherwise,
        }
    }
}

/// Adds every couple, and the children of each.
pub(super) fn add_all<'a>(
    file: &mut FamilyFile,
    records: &'a [Record<'a>],
    tree: &Tree<'a>,
    left_out: &mut BTreeSet<&'a str>,
) -> Result<(), FormatError> {
    // Children by family: who the family names, and who names the family.
    let mut children: BTreeMap<&str, Vec<(PersonId, Belongs, usize)>> = BTreeMap::new();
    for individual in records.iter().filter(|record| record.tag == "INDI") {
        let Some(id) = individual.pointer else { continue };
        let adopted: Vec<&str> = individual
            .children("ADOP")
            .flat_map(|adoption| adoption.children("FAMC"))
            .map(|famc| famc.value.as_ref())
            .collect();
        for link in individual.children("FAMC") {
            let Some(family) = tree.record(link, "FAM")? else { continue };
            let said = link.child("PEDI").map(|pedi| Belongs::said(&pedi.value));
            // An adoption by this family, told as an event, says what the link leaves open.
            let open =
                if adopted.contains(&link.value.as_ref()) { Belongs::ByLaw } else { Belongs::ByDescent };
            let belongs = said.unwrap_or(open);
            children.entry(family.pointer.unwrap_or_default()).or_default().push((
                id.into(),
                belongs,
                link.line,
            ));
        }
    }
    for record in records.iter().filter(|record| record.tag == "FAM") {
        left_out.extend(record.below.iter().map(|below| below.tag).filter(|tag| !READ.contains(tag)));
        let parent =
            |role| record.child(role).map(|pointing| tree.person(pointing)).transpose().map(Option::flatten);
        let (husband, wife) = (parent("HUSB")?, parent("WIFE")?);
        let own = children.remove(record.pointer.unwrap_or_default()).unwrap_or_default();
        for child in record.children("CHIL") {
            let Some(id) = tree.person(child)? else { continue };
            let named = own.iter().find(|(own, _, _)| *own == id).map(|(_, belongs, _)| *belongs);
            for (parent, tag) in [(&husband, "_FREL"), (&wife, "_MREL")] {
                let said = child.child(tag).map(|said| Belongs::said(&said.value));
                belong(file, &id, parent.as_ref(), said.or(named).unwrap_or(Belongs::ByDescent), child.line);
            }
        }
        let by_family: BTreeSet<&str> =
            record.children("CHIL").map(|child| child.value.trim_matches('@')).collect();
        for (id, belongs, line) in own.iter().filter(|(id, _, _)| !by_family.contains(id.as_str())) {
            belong(file, id, husband.as_ref(), *belongs, *line);
            belong(file, id, wife.as_ref(), *belongs, *line);
        }
        if let (Some(husband), Some(wife)) = (&husband, &wife) {
            couple(file, record, husband, wife);
        }
    }
    Ok(())
}

fn belong(file: &mut FamilyFile, child: &PersonId, parent: Option<&PersonId>, belongs: Belongs, line: usize) {
    let Some(parent) = parent else { return };
    match belongs {
        Belongs::ByDescent => file.pedigree.add_parent(child, parent, ParentKind::Biological),
        Belongs::ByLaw => file.pedigree.add_parent(child, parent, ParentKind::Legal),
        Belongs::Otherwise => {
            let words = format!(
                "{child} was fostered by {parent}, or theirs in a way that is neither descent nor adoption; no line is drawn."
            );
            file.note(line, words);
        }
    }
}

/// What is to say of a couple beyond their children: that they have none, or that they parted and stayed apart.
fn couple(file: &mut FamilyFile, record: &Record<'_>, husband: &PersonId, wife: &PersonId) {
    if husband == wife {
        file.note(record.line, format!("{husband} is named as both partners; no couple is made."));
        return;
    }
    let mut events: Vec<(Option<i32>, bool)> = Vec::new();
    for event in &record.below {
        let ends = match event.tag {
            "MARR" => false,
            "DIV" | "ANUL" => true,
            _ => continue,
        };
        let said_no = event.value.eq_ignore_ascii_case("N");
        if !said_no {
            events.push((event.child("DATE").and_then(|date| date::year(&date.value)), ends));
        }
    }
    // In the order of the file, unless every one of them has its year.
    if events.iter().all(|(year, _)| year.is_some()) {
        events.sort_by_key(|(year, _)| *year);
    }
    let ended = events.last().is_some_and(|(_, ends)| *ends);
    let none = record.child("NCHI").is_some_and(|count| count.value == "0");
    let children = file.pedigree.has_child_together(husband, wife);
    if ended || !children {
        let childless = (none && !children).then_some(Childless::Choice);
        file.pedigree.add_union(Union { ended, childless, ..Union::new(husband.clone(), wife.clone()) });
    }
}
