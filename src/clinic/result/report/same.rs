//! Whether two reports say the same, however each file spells it: what they say of the patient and of each finding, in one text.
//! Must not know: digests, keys, or which reports came before.

use super::{BirthDate, Report, Sex};

impl Report {
    /// What the report says, with the laboratory's number and without what a second export spells otherwise; nothing where it
    /// does not say whose it is, because then two that look alike may be two people's.
    pub fn said(&self) -> Option<String> {
        let patient = &self.patient;
        let name = patient.given.as_ref().zip(patient.family.as_ref());
        let born = patient.birth_date.as_ref().map(|born| match born {
            BirthDate::Full { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
            BirthDate::Partial(text) => text.clone(),
        });
        if patient.nhs_number.is_none() && (name.is_none() || born.is_none()) {
            return None;
        }
        let mut lines = vec![
            self.report_identifier.clone().unwrap_or_default(),
            patient.nhs_number.clone().unwrap_or_default(),
            name.map(|(given, family)| format!("{given} {family}").to_lowercase()).unwrap_or_default(),
            born.unwrap_or_default(),
            patient.sex.as_ref().map(Sex::as_str).unwrap_or_default().to_owned(),
            self.status.as_str().to_owned(),
            self.issued.clone().unwrap_or_default(),
            self.conclusion.clone().unwrap_or_default(),
        ];
        let mut findings: Vec<String> = self.findings.iter().map(finding).collect();
        // An export may list them in another order.
        findings.sort();
        lines.extend(findings);
        Some(lines.join("\n"))
    }
}

fn finding(one: &super::Finding) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    [
        one.kind.as_str().to_owned(),
        one.presence.as_str().to_owned(),
        text(&one.gene),
        text(&one.hgvs_c),
        text(&one.hgvs_p),
        text(&one.hgvs_g),
        one.zygosity.as_ref().map(|zygosity| zygosity.as_str().to_owned()).unwrap_or_default(),
        one.source_class.as_str().to_owned(),
        one.significance.as_ref().map(|class| class.as_str().to_owned()).unwrap_or_default(),
        text(&one.condition),
        one.summary.clone(),
    ]
    .join("\t")
}
