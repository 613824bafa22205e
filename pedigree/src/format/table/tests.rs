//! What a table holds, what it keeps, and what it says where it is not one.
//! Must not know: anything that is not public but the two functions.

use super::*;
use crate::model::{Affected, Condition, Count, Life, Zygosity};

#[test]
fn the_names_other_programs_give_are_known_and_further_columns_are_kept() {
    let text = "\"id\"\t\"dad\"\t\"mom\"\t\"sex\"\t\"yob\"\t\"marker\"\n1\t0\t0\t1\t1950\tA/G\n2\t0\t0\t2\t\t\n3\t1\t2\tF\t\tA/A\n";
    let families = read(text).unwrap();
    let [file] = families.as_slice() else { panic!("one family") };
    assert_eq!(file.pedigree.parents(&"3".into(), ParentKind::Biological).len(), 2);
    assert!(file.notes[0].words.contains("marker"));
    let again = write(&families).unwrap();
    assert_eq!(
        again.text,
        "id\tfather\tmother\tsex\tbirth_year\tmarker\n1\t0\t0\t1\t1950\tA/G\n2\t0\t0\t2\t\t\n3\t1\t2\t2\t\tA/A\n"
    );
    assert_eq!(again.lost, [""; 0]);
}

#[test]
fn all_that_the_model_holds_comes_back() {
    let mut family = Pedigree::new();
    for (id, sex) in
        [("m;1", Sex::Female), ("f", Sex::Male), ("a b", Sex::Male), ("0", Sex::Male), ("#d", Sex::Female)]
    {
        family.add_person(Person::new(id, sex));
    }
    family.add_person(Person {
        life: Life::Miscarriage,
        weeks: Some(9),
        affected: Affected::Yes,
        conditions: vec![
            Condition { code: "a:b;c\\".into(), age: None },
            Condition { code: "BC".into(), age: Some(44) },
            Condition { code: String::new(), age: None },
        ],
        count: Count::Several(1),
        ..Person::new("x", Sex::Unknown)
    });
    for child in ["a b", "0"] {
        family.add_parent(&child.into(), &"m;1".into(), ParentKind::Biological);
        family.add_donor(&child.into(), &"f".into());
        family.add_parent(&child.into(), &"#d".into(), ParentKind::Gestational);
    }
    family.add_twins(["a b".into(), "0".into()], Zygosity::Monozygotic);
    family.add_union(Union { ended: true, ..Union::new("m;1", "#d") });
    let mut file = FamilyFile::new("F 1", family);
    file.labels.insert("f".into(), "Tom \"T\" Tit".into());
    let again = write(std::slice::from_ref(&file)).unwrap();
    assert_eq!(again.lost, [""; 0]);
    let read = read(&again.text).unwrap().remove(0);
    assert_eq!(read.name, "F 1");
    assert_eq!(read.pedigree, file.pedigree);
    assert_eq!(read.labels, file.labels);
    assert!(read.pedigree.is_donor(&"0".into(), &"f".into()));
}

#[test]
fn one_and_two_or_nought_and_one_say_who_is_affected_and_a_note_says_which() {
    let affected = |text: &str| {
        let file = read(text).unwrap().remove(0);
        assert!(file.notes.iter().any(|note| note.words.contains("read as yes")));
        file.pedigree.persons().iter().map(|person| person.affected).collect::<Vec<_>>()
    };
    let head = "id,father,mother,sex,affected\n";
    assert_eq!(
        affected(&format!("{head}1,0,0,1,1\n2,0,0,1,2\n3,0,0,1,0\n")),
        [Affected::No, Affected::Yes, Affected::Unknown]
    );
    assert_eq!(
        affected(&format!("{head}1,0,0,1,1\n2,0,0,1,0\n3,0,0,1,NA\n")),
        [Affected::Yes, Affected::No, Affected::Unknown]
    );
}

#[test]
fn an_error_says_line_column_its_name_and_what_was_expected() {
    let head = "id,father,mother,sex,age,twins\n";
    for (rows, line, column, part) in [
        ("1,0,0,1,old,\n", 2, 5, "(age): expected an age"),
        ("1,0,0,1\n", 2, 5, "6 fields"),
        ("1,9,0,1,,\n", 2, 2, "(father): expected 0 or the id"),
        ("1,0,0,z,,\n", 2, 4, "(sex)"),
        (",0,0,1,,\n", 2, 1, "other than 0"),
        ("1,0,0,1,,2:same\n", 2, 6, "(twins): expected ids"),
    ] {
        let error = read(&format!("{head}{rows}")).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{rows}");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(read("id,father,sex\n").unwrap_err().to_string().contains("a column named mother"));
    assert!(read("id,dad,father,mother,sex\n").unwrap_err().to_string().contains("not there already"));
    assert_eq!(read("").unwrap_err().line, 1);
}
