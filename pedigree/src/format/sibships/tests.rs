//! What a counsellor types, what comes of it, and what is said where it cannot be understood.
//! Must not know: anything but reading and writing.

use super::*;
use crate::model::{Affected, Condition, Consanguinity, Count, Life, ParentKind, PersonId, Sex, Zygosity};

/// Fifteen people as they would be typed during a conversation.
const FIFTEEN: &str = "\
# taken by phone
[\\Tom, 71] + (Ann, 90)
-- [*Max, 62, cardiomyopathy @40]
-% (Eve, 58) -% [Jim, 58]
-- (Sue, b.1961, proband) + [Bob]
   -- [Kit] + (May)
      -- (Zoe)
   -- {[Ray]}
   --X 9w
   -- <3>
(Eve) +// [Leo]
-- (Ida)
";

fn one(text: &str) -> FamilyFile {
    let mut families = read(text).unwrap();
    assert_eq!(families.len(), 1);
    families.remove(0)
}

fn parents(file: &FamilyFile, id: &str, kind: ParentKind) -> Vec<String> {
    file.pedigree.parents(&id.into(), kind).iter().map(PersonId::to_string).collect()
}

#[test]
fn a_family_of_fifteen_is_what_was_typed() {
    let file = one(FIFTEEN);
    let family = &file.pedigree;
    let person = |id: &str| family.person(&id.into()).unwrap();
    assert_eq!(family.persons().len(), 15);
    assert!(family.validate().is_empty(), "{:?}", family.validate());
    assert_eq!((person("Tom").life, person("Tom").age), (Life::Deceased, Some(71)));
    assert_eq!(person("Max").affected, Affected::Yes);
    assert_eq!(person("Max").conditions, [Condition { code: "cardiomyopathy".into(), age: Some(40) }]);
    assert_eq!(parents(&file, "Sue", ParentKind::Biological), ["Ann", "Tom"]);
    assert_eq!(parents(&file, "Zoe", ParentKind::Biological), ["Kit", "May"]);
    assert_eq!(parents(&file, "Ray", ParentKind::Legal), ["Bob", "Sue"]);
    assert_eq!(parents(&file, "Ray", ParentKind::Biological), [""; 0]);
    assert_eq!(parents(&file, "Ida", ParentKind::Biological), ["Eve", "Leo"]);
    assert_eq!(family.twins()[0].zygosity, Zygosity::Dizygotic);
    assert!(family.union_of(&"Eve".into(), &"Leo".into()).unwrap().ended);
    let lost = family.persons().iter().find(|person| person.life == Life::Miscarriage).unwrap();
    assert_eq!((lost.weeks, file.lines[&lost.id]), (Some(9), 9));
    assert!(family.persons().iter().any(|person| person.count == Count::Several(3)));
}

#[test]
fn what_is_written_is_the_same_family_and_is_written_the_same_again() {
    let file = one(FIFTEEN);
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let again = one(&written.text);
    assert_eq!(write(&again).unwrap().text, written.text);
    assert!(
        written.text.starts_with(
            "# taken by phone\n[\\Tom, 71] + (Ann, 90)\n-- [*Max, 62, cardiomyopathy @40]\n-% (Eve, 58)\n"
        ),
        "{}",
        written.text
    );
    for person in file.pedigree.persons() {
        assert_eq!(again.pedigree.person(&person.id), Some(person));
    }
    assert!(file.pedigree.unions().eq(again.pedigree.unions()));
}

#[test]
fn signs_of_couples_donors_and_carriers_are_understood() {
    let file = one(
        "(1: Ann) ++|| [2:]\n(Eve) + (Liz)\n-- [Kit, donor=Don, legal=Liz, carried=Liz]\n[Don]\n[Kit] +- (Zoe)\n? -- (\"a, b\")\n",
    );
    let family = &file.pedigree;
    assert_eq!(file.labels[&"1".into()], "Ann");
    let couple = family.union_of(&"1".into(), &"2".into()).unwrap();
    assert_eq!(couple.consanguinity, Consanguinity::Stated);
    assert_eq!(couple.childless, Some(crate::model::Childless::Infertile));
    assert_eq!(parents(&file, "Kit", ParentKind::Biological), ["Don", "Eve"]);
    assert_eq!(parents(&file, "Kit", ParentKind::Legal), ["Liz"]);
    assert_eq!(parents(&file, "Kit", ParentKind::Gestational), ["Liz"]);
    assert!(family.is_donor(&"Kit".into(), &"Don".into()));
    assert_eq!(family.union_of(&"Kit".into(), &"Zoe".into()).unwrap().consanguinity, Consanguinity::Denied);
    assert_eq!(family.person(&"a, b".into()).unwrap().sex, Sex::Female);
    let again = one(&write(&file).unwrap().text);
    assert!(again.pedigree.links_of(ParentKind::Biological).eq(family.links_of(ParentKind::Biological)));
    assert!(again.pedigree.is_donor(&"Kit".into(), &"Don".into()));
}

#[test]
fn several_families_stand_in_one_text() {
    let families = read("= F1\n[Tom]\n= \" F2\"\n[Tom] + []\n").unwrap();
    let sizes: Vec<(&str, usize)> =
        families.iter().map(|file| (file.name.as_str(), file.pedigree.persons().len())).collect();
    assert_eq!(sizes, [("F1", 1), (" F2", 2)]);
    let text: String = families.iter().map(|file| write(file).unwrap().text).collect();
    assert_eq!(text, "= F1\n[Tom]\n= \" F2\"\n[1:] + [Tom]\n");
}

#[test]
fn an_error_says_line_column_and_what_was_expected() {
    for (text, line, column, part) in [
        ("-- [a]\n", 1, 1, "a couple, or ?, on a line before"),
        ("[a] + (b)\n-- [c\n", 2, 6, "] to close"),
        ("[a] + (b)\n-- (c] \n", 2, 6, "quotation marks"),
        ("[a] + (b) x\n", 1, 11, "a child (--"),
        ("[a] + (b) + (c)\n", 1, 11, "one partner"),
        ("[a] + (a)\n", 1, 7, "[ ], as this person has on line 1"),
        ("[a] + [a]\n", 1, 7, "another person"),
        ("[2] + (b)\n", 1, 1, "one person; a bare number"),
        ("[a, 1961]\n", 1, 5, "b. before a year"),
        ("[a, breast cancer 40]\n", 1, 5, "@ before an age"),
        ("[a]\n-% (b)\n[c]\n", 2, 1, "both twins carry it"),
        ("[a]\n-- (b) -- (c)\n  -- (d)\n", 3, 3, "one child on the line above"),
        ("[a] -- (b)\n  -- (d)\n", 2, 3, "no indentation, or the children"),
        ("[a]\n   -- (b)\n      -- (c)\n -- (d)\n", 4, 2, "the indentation of an earlier line"),
        ("[a]\n-- (b, donor=zz)\n", 2, 8, "the id of somebody"),
        ("[a, legal=b]\n", 1, 5, "only where this person stands as a child"),
        ("{[a]}\n", 1, 2, "braces only"),
        ("[a]\n--X[\\b]\n", 2, 4, "no sign of death"),
        ("[\"a]\n", 1, 2, "closing quotation mark"),
        ("Tom and Ann\n", 1, 1, "a symbol"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
}
