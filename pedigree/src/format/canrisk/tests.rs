//! What a CanRisk file says of a family, what comes back, and what each version refuses.
//! Must not know: anything but reading and writing.

use super::*;
use crate::model::{Affected, Condition};
use crate::{ParentKind, Person};

const ROWS: [&str; 6] = [
    "F9 Ann 1 a f m F 1 0 45 1979 0 0 0 0 0 0",
    "F9 Bea 0 b f m F 1 1 50 1979 40 45 AU 0 0 1",
    "F9 NA 0 m mf mm F 0 0 67 1958 55 0 0 0 0 0",
    "F9 NA 0 f 0 0 M 0 0 0 0 0 0 0 70 0 0",
    "F9 NA 0 mf 0 0 M 0 1 0 0 0 0 0 0 0 0",
    "F9 NA 0 mm 0 0 F 0 1 40 1915 40 0 0 0 0 0",
];

fn text(version: CanRiskVersion, head: &str, results: &[(&str, &str, &str)]) -> String {
    let rows = ROWS.map(|row| {
        let fields: Vec<&str> = row.split(' ').collect();
        let of = |column: &str| {
            let found = results.iter().find(|(id, name, _)| *id == fields[3] && *name == column);
            found.map(|(_, _, value)| *value).unwrap_or(if column == version::PATHOLOGY {
                "0:0:0:0:0"
            } else {
                "0:0"
            })
        };
        let further = version.columns().into_iter().skip(17).map(of);
        fields.iter().copied().chain(further).collect::<Vec<_>>().join("\t")
    });
    format!("##CanRisk {}\n{head}##{}\n{}\n", version.number(), version.columns().join("\t"), rows.join("\n"))
}

#[test]
fn every_version_comes_back_as_it_was() {
    for version in CanRiskVersion::ALL {
        let text = text(
            version,
            "##menarche=14\n##alcohol=24.2\n",
            &[("m", "BRCA2", "S:P"), ("b", version::PATHOLOGY, "P:N:0:0:0")],
        );
        let file = read(&text).unwrap().remove(0);
        let family = &file.pedigree;
        assert!(family.person(&"a".into()).unwrap().proband);
        assert_eq!(family.twins()[0].members, ["a".into(), "b".into()]);
        assert_eq!(family.parents(&"m".into(), ParentKind::Biological).len(), 2);
        let bea: &Person = family.person(&"b".into()).unwrap();
        assert_eq!((bea.life, bea.affected, bea.birth_year), (Life::Deceased, Affected::Yes, Some(1979)));
        let codes: Vec<(&str, Option<u16>)> =
            bea.conditions.iter().map(|condition| (condition.code.as_str(), condition.age)).collect();
        assert_eq!(
            codes,
            [
                ("breast cancer", Some(40)),
                ("contralateral breast cancer", Some(45)),
                ("ovarian cancer", None)
            ]
        );
        assert_eq!(family.person(&"a".into()).unwrap().affected, Affected::No);
        assert_eq!(file.labels[&"a".into()], "Ann");
        assert_eq!(file.kept.persons[&"m".into()], [("BRCA2".to_owned(), "S:P".to_owned())]);
        let again = write(&file, None).unwrap();
        assert_eq!(again.text, text);
        assert_eq!(again.lost, [""; 0]);
    }
}

#[test]
fn an_older_version_names_what_it_has_no_place_for() {
    let newest = text(
        CanRiskVersion::V4,
        "##BMI=24\n##ethnicity=White;Irish\n",
        &[("m", "HOXB13", "T:N"), ("m", "BARD1", "S:P")],
    );
    let file = read(&newest).unwrap().remove(0);
    let third = write(&file, Some(CanRiskVersion::V3)).unwrap();
    assert_eq!(third.lost, ["The result of HOXB13 of m: CanRisk 3.0 has no place for it."]);
    let first = write(&file, Some(CanRiskVersion::V1)).unwrap();
    assert!(first.text.starts_with("##CanRisk 1.0\n##BMI=24\n##FamID"));
    assert_eq!(first.lost.len(), 3, "{:?}", first.lost);
    assert_eq!(read(&first.text).unwrap()[0].pedigree, file.pedigree);
}

#[test]
fn a_row_that_cannot_be_is_refused_at_its_column() {
    let good = text(CanRiskVersion::V4, "", &[]);
    for (old, new, line, column, part) in [
        ("\ta\tf\tm\tF", "\ta\tf\tm\tX", 3, "Sex", "M or F"),
        ("\t67\t1958", "\t111\t1958", 5, "Age", "1 to 110"),
        ("\t67\t1958", "\t67\t58", 5, "Yob", "1700 to 2099"),
        ("\tb\tf\tm\tF\t1", "\tb\tf\tm\tF\t0", 3, "MZtwin", "mark 1 on the other"),
        ("\tmm\t0\t0\tF\t0", "\tmm\t0\t0\tF\t1", 8, "MZtwin", "another mark"),
        ("\tm\tmf\tmm", "\tm\tmm\tmf", 5, "FathID", "says woman"),
        ("\tm\tmf\tmm", "\tm\tmf\tzz", 5, "MothID", "with a line in this family"),
        ("0\t0\t70\t0", "0\t60\t70\t0", 6, "OC", "0 for a man"),
        ("\t55\t0\t0\t0", "\t68\t0\t0\t0", 5, "BC1", "no higher than"),
        ("Bea\t0\tb", "Bea\t1\tb", 4, "Target", "one person"),
        ("Ann\t1\ta", "Ann\t0\ta", 3, "Target", "one person"),
        ("0:0\t0:0:0:0:0", "S:0\t0:0:0:0:0", 3, "HOXB13", "S (searched)"),
        ("0:0:0:0:0", "0:0:0:0", 3, version::PATHOLOGY, "five of"),
    ] {
        assert!(good.contains(old), "{old}");
        let error = read(&good.replacen(old, new, 1)).unwrap_err();
        assert_eq!((error.line, error.place.as_deref()), (line, Some(column)), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_head_that_is_none_is_refused() {
    let good = text(CanRiskVersion::V3, "", &[]);
    for (text, line, part) in [
        (good.replace("3.0", "5.0"), 1, "##CanRisk 1.0, 2.0, 3.0 or 4.0"),
        (good.replace("\tBARD1", "\tHOXB13"), 2, "BARD1, as version 3.0 has it there"),
        (good.replace("CK56\n", "CK56\tKI67\n"), 2, "(KI67): expected no further column"),
        (good.replace("##FamID", "##menarche\n##FamID"), 2, "name=value"),
        ("##CanRisk 4.0\n".to_owned(), 2, "##FamID"),
        ("BOADICEA import pedigree file format 4.0\n".to_owned(), 1, "older BOADICEA"),
    ] {
        let error = read(&text).unwrap_err();
        assert!(error.line == line && error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_family_from_elsewhere_is_written_with_what_canrisk_needs() {
    let mut family = Pedigree::new();
    family.add_person(Person { proband: true, ..Person::new("a long id", Sex::Female) });
    family.add_person(Person {
        conditions: vec![
            Condition { code: "Breast".into(), age: Some(61) },
            Condition { code: "gout".into(), age: None },
        ],
        affected: Affected::Yes,
        age: Some(60),
        ..Person::new("m", Sex::Female)
    });
    family.add_person(Person { life: Life::Miscarriage, ..Person::new("x", Sex::Unknown) });
    family.add_parent(&"a long id".into(), &"m".into(), ParentKind::Biological);
    let written = write(&FamilyFile::new("F", family), None).unwrap();
    let said = written.lost.join("\n");
    for part in [
        "Left out",
        "a long id as 1",
        "2 (father of a long id)",
        "gout of m",
        "the age of Breast of m",
        "five cancers: a long id",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let back = read(&written.text).unwrap().remove(0);
    assert_eq!(back.pedigree.persons().len(), 3);
    assert_eq!(
        back.pedigree.person(&"m".into()).unwrap().conditions,
        [Condition { code: "breast cancer".into(), age: None }]
    );
}
