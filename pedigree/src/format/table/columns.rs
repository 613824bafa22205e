//! The columns of a table, and the names under which other programs write them.
//! Must not know: what values stand in them.

/// What a column holds. The order is the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Family,
    Id,
    Father,
    Mother,
    Sex,
    Name,
    Gender,
    Life,
    Weeks,
    Proband,
    Consultand,
    Affected,
    Conditions,
    BirthYear,
    Age,
    BirthOrder,
    Count,
    Childless,
    LegalParents,
    CarriedBy,
    Donors,
    Twins,
    Partners,
}

impl Column {
    pub const ALL: [Column; 23] = [
        Column::Family,
        Column::Id,
        Column::Father,
        Column::Mother,
        Column::Sex,
        Column::Name,
        Column::Gender,
        Column::Life,
        Column::Weeks,
        Column::Proband,
        Column::Consultand,
        Column::Affected,
        Column::Conditions,
        Column::BirthYear,
        Column::Age,
        Column::BirthOrder,
        Column::Count,
        Column::Childless,
        Column::LegalParents,
        Column::CarriedBy,
        Column::Donors,
        Column::Twins,
        Column::Partners,
    ];

    /// Those that say something of the person alone.
    pub const OF_PERSON: [Column; 12] = [
        Column::Gender,
        Column::Life,
        Column::Weeks,
        Column::Proband,
        Column::Consultand,
        Column::Affected,
        Column::Conditions,
        Column::BirthYear,
        Column::Age,
        Column::BirthOrder,
        Column::Count,
        Column::Childless,
    ];

    /// The name it is written under.
    pub fn name(self) -> &'static str {
        match self {
            Column::Family => "family",
            Column::Id => "id",
            Column::Father => "father",
            Column::Mother => "mother",
            Column::Sex => "sex",
            Column::Name => "name",
            Column::Gender => "gender",
            Column::Life => "life",
            Column::Weeks => "weeks",
            Column::Proband => "proband",
            Column::Consultand => "consultand",
            Column::Affected => "affected",
            Column::Conditions => "conditions",
            Column::BirthYear => "birth_year",
            Column::Age => "age",
            Column::BirthOrder => "birth_order",
            Column::Count => "count",
            Column::Childless => "childless",
            Column::LegalParents => "legal_parents",
            Column::CarriedBy => "carried_by",
            Column::Donors => "donors",
            Column::Twins => "twins",
            Column::Partners => "partners",
        }
    }

    /// Other names for it, without case and marks.
    fn other_names(self) -> &'static [&'static str] {
        match self {
            Column::Family => &["famid", "familyid", "fid", "ped", "pedid", "pedigree", "pedigreeid"],
            Column::Id => &[
                "individ",
                "indid",
                "individual",
                "individualid",
                "iid",
                "person",
                "personid",
                "subject",
                "subjectid",
            ],
            Column::Father => &["fatherid", "fathid", "dad", "dadid", "pat", "paternalid", "fa"],
            Column::Mother => {
                &["motherid", "mothid", "mom", "momid", "mum", "mumid", "mat", "maternalid", "mo"]
            }
            Column::Sex => &["sexatbirth"],
            Column::Name => &["label"],
            Column::Life => &["dead", "deceased", "vitalstatus"],
            Column::Proband => &["target", "index"],
            Column::Affected => &["affection", "affectedstatus", "phenotype", "pheno", "aff"],
            Column::BirthYear => &["yob", "yearofbirth", "born"],
            Column::LegalParents => &["adoptiveparents"],
            Column::Gender
            | Column::Weeks
            | Column::Consultand
            | Column::Conditions
            | Column::Age
            | Column::BirthOrder
            | Column::Count
            | Column::Childless
            | Column::CarriedBy
            | Column::Donors
            | Column::Twins
            | Column::Partners => &[],
        }
    }

    /// The column of a name, in any case and with any marks; where there is none for the sex, gender is the sex.
    pub fn named(name: &str, has_sex: bool) -> Option<Column> {
        let plain = |name: &str| {
            name.chars().filter(|mark| mark.is_alphanumeric()).collect::<String>().to_lowercase()
        };
        let name = plain(name);
        let found = Column::ALL
            .into_iter()
            .find(|column| plain(column.name()) == name || column.other_names().contains(&name.as_str()));
        if found == Some(Column::Gender) && !has_sex { Some(Column::Sex) } else { found }
    }
}
