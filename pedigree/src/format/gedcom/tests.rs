//! A family as a genealogist keeps it, and files that are none.
//! Must not know: anything but reading.

use super::*;
use crate::Problem;
use crate::model::{Childless, Life, ParentKind, Sex, Zygosity};

const FILE: &str = "\
0 HEAD
1 GEDC
2 VERS 5.5.1
1 CHAR UTF-8
0 @I1@ INDI
1 NAME John Q /Public/
2 NICK Johnny
1 SEX M
1 BIRT
2 DATE ABT 1901
1 DEAT
2 DATE BET 1960 AND 1962
2 AGE 60y 2m
1 FAMS @F1@
1 OCCU Teacher of reading
2 CONC  and writing
2 CONT and sums
0 @I2@ INDI
1 NAME Jane /Doe/
1 SEX F
0 @I3@ INDI
1 NAME Ann /Public/
1 SEX F
1 FAMC @F1@
1 ASSO @I4@
2 RELA identical twin
0 @I4@ INDI
1 SEX F
1 FAMC @F1@
0 @I5@ INDI
1 SEX M
1 FAMC @F1@
2 PEDI adopted
0 @I6@ INDI
1 SEX F
1 FAMC @F1@
2 PEDI foster
0 @I7@ INDI
1 SEX F
0 @F1@ FAM
1 HUSB @I1@
1 WIFE @I2@
1 CHIL @I3@
1 CHIL @I4@
1 CHIL @I5@
1 MARR
2 DATE 1 APR 1925
1 DIV
2 DATE 2 MAY 1930
0 @F2@ FAM
1 HUSB @I1@
1 WIFE @I7@
1 DIV
2 DATE 1935
1 MARR
2 DATE 1931
1 MARR
2 DATE 1936
1 NCHI 0
0 TRLR
";

#[test]
fn people_couples_adoption_and_twins_are_read() {
    let file = read(FILE).unwrap().remove(0);
    let family = &file.pedigree;
    let john = family.person(&"I1".into()).unwrap();
    assert_eq!(
        (john.sex, john.birth_year, john.life, john.age),
        (Sex::Male, Some(1901), Life::Deceased, Some(60))
    );
    assert_eq!((file.labels[&"I1".into()].as_str(), file.lines[&"I3".into()]), ("John Q Public", 21));
    assert_eq!(family.parents(&"I3".into(), ParentKind::Biological), ["I1".into(), "I2".into()]);
    assert_eq!(family.parents(&"I5".into(), ParentKind::Legal), ["I1".into(), "I2".into()]);
    assert!(
        family.parents(&"I5".into(), ParentKind::Biological).is_empty() && family.is_adopted(&"I5".into())
    );
    assert!(family.parents(&"I6".into(), ParentKind::Legal).is_empty());
    assert_eq!((family.twins()[0].zygosity, family.twins()[0].members.len()), (Zygosity::Monozygotic, 2));
    assert!(family.union_of(&"I1".into(), &"I2".into()).unwrap().ended);
    let second = family.union_of(&"I1".into(), &"I7".into()).unwrap();
    assert_eq!(
        (second.ended, second.childless),
        (false, Some(Childless::Choice)),
        "they married again in 1936"
    );
    let notes: Vec<String> = file.notes.iter().map(ToString::to_string).collect();
    for part in
        ["line 12: A date of I1", "line 36: I6 was fostered", "Not read: OCCU", "Of births the year is read"]
    {
        assert!(notes.iter().any(|note| note.contains(part)), "{part}: {notes:?}");
    }
    assert!(family.validate().iter().all(Problem::is_note));
}

#[test]
fn an_adoption_told_as_an_event_is_by_law() {
    let text = FILE.replace("2 PEDI adopted\n", "1 ADOP\n2 FAMC @F1@\n3 ADOP WIFE\n");
    let file = read(&text).unwrap().remove(0);
    assert!(file.pedigree.parents(&"I5".into(), ParentKind::Biological).is_empty());
    assert!(file.pedigree.parents(&"I5".into(), ParentKind::Legal).contains(&"I2".into()));
}

#[test]
fn a_void_pointer_is_nobody_and_a_continued_value_is_one_text() {
    let file = read(&FILE.replace("1 WIFE @I7@", "1 WIFE @VOID@")).unwrap().remove(0);
    assert_eq!(file.pedigree.unions().count(), 1);
    let records = record::records(FILE).unwrap();
    let job = records.iter().find_map(|record| record.child("OCCU")).unwrap();
    assert_eq!(job.value, "Teacher of reading and writing\nand sums");
}

#[test]
fn an_error_says_line_column_and_what_was_expected() {
    for (old, new, line, column, part) in [
        ("0 HEAD\n", "", 1, 1, "0 HEAD"),
        ("0 TRLR\n", "", 60, 1, "0 TRLR"),
        ("2 DATE ABT 1901", "3 DATE ABT 1901", 10, 1, "a level from 0 to 2"),
        ("1 SEX M", "1 SEX B", 8, 7, "(SEX): expected M, F"),
        ("1 SEX M", "SEX M", 8, 1, "a level, 0 to 99"),
        ("1 SEX M", "1 @SEX M", 8, 3, "between two signs @"),
        ("1 SEX M", "1 é M", 8, 3, "a tag"),
        ("1 HUSB @I1@", "1 HUSB @I9@", 41, 8, "a pointer to a record INDI of this file"),
        ("1 HUSB @I1@", "1 HUSB @F1@", 41, 8, "@F1@ on line 40 is FAM"),
        ("1 HUSB @I1@", "1 HUSB John", 41, 8, "as in @I1@"),
        ("0 @I2@ INDI", "0 @I1@ INDI", 18, 3, "another pointer"),
        ("0 @I2@ INDI", "0 INDI", 18, 3, "a pointer before INDI"),
    ] {
        let error = read(&FILE.replacen(old, new, 1)).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{new}: {error}");
        assert!(error.to_string().contains(part), "{new}: {error}");
    }
}
