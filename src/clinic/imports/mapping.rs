//! What the columns of a file mean: guessed from their headings, remembered by them, and said by a person before anything is read.
//! Must not know: any row. What is personal to somebody tested has no field here, so that nothing of it can come in.

use super::table::folded;
use crate::{
    db::closed,
    error::{Error, Result},
};

closed! {
    /// What a column can mean. Notes, illnesses and results are not on the list.
    pub enum Field {
        Family = "family",
        Number = "number",
        GivenName = "given_name",
        FamilyName = "family_name",
        Name = "name",
        Sex = "sex",
        Born = "born",
        NhsNumber = "nhs_number",
        Mother = "mother",
        Father = "father",
        Dead = "dead",
        DiedOn = "died_on",
        Address = "address",
        Postcode = "postcode",
        Proband = "proband",
    }
}

impl Field {
    pub const fn title(self) -> &'static str {
        match self {
            Field::Family => "Family reference of the old system",
            Field::Number => "Number of the person in their family",
            Field::GivenName => "Given names",
            Field::FamilyName => "Family name",
            Field::Name => "Whole name, the family name last",
            Field::Sex => "Sex at birth",
            Field::Born => "Date or year of birth, or age",
            Field::NhsNumber => "NHS number",
            Field::Mother => "Number of the mother",
            Field::Father => "Number of the father",
            Field::Dead => "Whether they have died",
            Field::DiedOn => "Date of death",
            Field::Address => "Address",
            Field::Postcode => "Postcode",
            Field::Proband => "Whether they are the proband",
        }
    }

    /// Headings as they are met with, folded.
    const fn headings(self) -> &'static [&'static str] {
        match self {
            Field::Family => &[
                "family",
                "familyid",
                "familyreference",
                "familyref",
                "familyno",
                "familynumber",
                "pedigree",
                "pedigreeid",
                "pedigreeno",
                "kindred",
                "fid",
            ],
            Field::Number => &[
                "person",
                "personid",
                "personnumber",
                "personno",
                "individual",
                "individualid",
                "number",
                "id",
                "iid",
                "individ",
                "memberid",
            ],
            Field::GivenName => {
                &["givenname", "givennames", "firstname", "firstnames", "forename", "forenames"]
            }
            Field::FamilyName => &["familyname", "surname", "lastname"],
            Field::Name => &["name", "fullname", "patientname", "personname"],
            Field::Sex => &["sex", "sexatbirth", "gender"],
            Field::Born => &["born", "dob", "dateofbirth", "birthdate", "birth", "yearofbirth", "yob"],
            Field::NhsNumber => &["nhsnumber", "nhsno", "nhs"],
            Field::Mother => &["mother", "motherid", "mothernumber", "mothersnumber", "mid", "maternalid"],
            Field::Father => &["father", "fatherid", "fathernumber", "fathersnumber", "fid2", "paternalid"],
            Field::Dead => &["dead", "died", "deceased", "isdead", "vitalstatus"],
            Field::DiedOn => &["dateofdeath", "dod", "deathdate", "diedon"],
            Field::Address => &["address", "postaladdress", "homeaddress"],
            Field::Postcode => &["postcode", "postalcode"],
            Field::Proband => &["proband", "isproband", "index", "indexcase"],
        }
    }

    fn of_heading(heading: &str) -> Option<Self> {
        let heading = folded(heading);
        Field::ALL.iter().copied().find(|field| field.headings().contains(&heading.as_str()))
    }
}

/// What each column means, in the order of the columns; nothing where it is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping(Vec<Option<Field>>);

impl Mapping {
    /// By the headings alone; of two that would mean the same, the first.
    pub fn guessed(headings: &[String]) -> Self {
        let mut fields: Vec<Option<Field>> = Vec::new();
        for heading in headings {
            let field = Field::of_heading(heading);
            fields.push(field.filter(|_| !fields.contains(&field)));
        }
        Self(fields)
    }

    /// As a person said it.
    ///
    /// # Errors
    /// A field that two columns are said to be, or one that is missing and nothing can be read without.
    pub fn said(fields: Vec<Option<Field>>) -> Result<Self> {
        for (at, field) in fields.iter().enumerate().filter(|(_, field)| field.is_some()) {
            if fields.iter().take(at).any(|other| other == field) {
                let title = field.map(Field::title).unwrap_or_default();
                return Err(Error::bad_input(format!(
                    "Two columns are said to be \"{title}\". Leave one of them out. Nothing was saved."
                ))
                .at(format!("column-{}", at + 1)));
            }
        }
        let has = |field| fields.contains(&Some(field));
        let missing =
            |words: &str| Err(Error::bad_input(format!("{words} Nothing was saved.")).at("column-1"));
        if !has(Field::Family) {
            return missing(
                "Say which column is the family reference of the old system: rows with the same reference become one family.",
            );
        }
        if !has(Field::Name) && !has(Field::GivenName) && !has(Field::FamilyName) && !has(Field::NhsNumber) {
            return missing("Say which columns hold the names.");
        }
        if (has(Field::Mother) || has(Field::Father)) && !has(Field::Number) {
            return missing(
                "Mothers and fathers are named by the number of a person: say which column that is.",
            );
        }
        Ok(Self(fields))
    }

    pub fn fields(&self) -> &[Option<Field>] {
        &self.0
    }

    /// What a row says of one thing.
    pub fn cell<'a>(&self, cells: &'a [String], field: Field) -> &'a str {
        let at = self.0.iter().position(|known| *known == Some(field));
        at.and_then(|at| cells.get(at)).map_or("", String::as_str)
    }

    /// As it is stored, and as it reads again where the columns are as many.
    pub fn stored(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(|field| field.as_ref().map_or("-", Field::as_str)).collect();
        words.join(",")
    }

    pub fn of_stored(text: &str, columns: usize) -> Option<Self> {
        let fields: Vec<Option<Field>> = text.split(',').map(|word| word.parse().ok()).collect();
        (fields.len() == columns).then_some(Self(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn headings_are_recognised_however_they_are_spelt_and_a_note_has_no_field() {
        let words = [
            "Family ID",
            "person_id",
            "Surname",
            "D.O.B.",
            "NHS No",
            "Notes",
            "Diagnosis",
            "BRCA2 result",
            "gender",
            "Sex",
        ];
        let guessed = Mapping::guessed(&headings(&words));
        let wanted = [
            Some(Field::Family),
            Some(Field::Number),
            Some(Field::FamilyName),
            Some(Field::Born),
            Some(Field::NhsNumber),
            None,
            None,
            None,
            Some(Field::Sex),
            None,
        ];
        assert_eq!(guessed.fields(), wanted);
        assert_eq!(Mapping::of_stored(&guessed.stored(), words.len()), Some(guessed));
    }

    #[test]
    fn what_nothing_can_be_read_without_is_asked_for() {
        use Field as F;
        for fields in [
            vec![Some(F::Name)],
            vec![Some(F::Family)],
            vec![Some(F::Family), Some(F::Name), Some(F::Name)],
            vec![Some(F::Family), Some(F::Name), Some(F::Mother)],
        ] {
            assert!(Mapping::said(fields.clone()).is_err(), "{fields:?}");
        }
        assert!(Mapping::said(vec![Some(F::Family), None, Some(F::Name)]).is_ok());
    }
}
