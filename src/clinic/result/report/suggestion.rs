//! What the findings of one report say about each other, the line staff read, and a first suggestion for each.
//! Must not know: JSON, the patient, what staff decide.

use super::observation::{Draft, join, spaced};
use super::{Finding, FindingKind, Mark, Presence, Significance, SourceClass, Suggestion};

/// Longest summary, in characters.
const SUMMARY: usize = 300;

/// Connects the findings wherever in the file they stand, then sums each up and suggests a mark.
pub fn connect(mut drafts: Vec<Draft>) -> Vec<Finding> {
    hear_implications(&mut drafts);
    hear_genotypes(&mut drafts);
    share_genes(&mut drafts);
    let own: Vec<Suggestion> = drafts.iter().map(suggest).collect();
    let suggestions: Vec<Suggestion> =
        drafts.iter().zip(&own).map(|(d, s)| follow(d, s, &drafts, &own)).collect();
    drafts
        .into_iter()
        .zip(suggestions)
        .map(|(draft, suggestion)| Finding { summary: sum_up(&draft), suggestion, ..draft.finding })
        .collect()
}

/// A classification and a condition belong to the variant they are derived from; a medicine to its genotype.
fn hear_implications(drafts: &mut [Draft]) {
    for from in 0..drafts.len() {
        let Some(said) = drafts.get(from).filter(|d| !d.withdrawn) else { continue };
        let kind = said.finding.kind;
        let (significance, condition) = (said.finding.significance.clone(), said.finding.condition.clone());
        for to in said.derived.clone() {
            let Some(draft) = drafts.get_mut(to) else { continue };
            match (kind, draft.finding.kind) {
                (
                    FindingKind::DiagnosticImplication,
                    FindingKind::Variant | FindingKind::Genotype | FindingKind::Haplotype,
                ) => {
                    significance.iter().for_each(|s| draft.classify(s.clone()));
                    join(&mut draft.finding.condition, condition.clone(), "; ");
                }
                (FindingKind::TherapeuticImplication, FindingKind::Genotype | FindingKind::Haplotype) => {
                    draft.about_medicine = true;
                }
                (
                    FindingKind::Variant
                    | FindingKind::Genotype
                    | FindingKind::Haplotype
                    | FindingKind::DiagnosticImplication
                    | FindingKind::TherapeuticImplication
                    | FindingKind::Other,
                    _,
                ) => {}
            }
        }
    }
}

/// The variants among those a draft puts together or rests on; the variant itself for a variant.
fn variants(at: usize, drafts: &[Draft]) -> Vec<usize> {
    let is = |at: &usize, kind| drafts.get(*at).is_some_and(|d| d.finding.kind == kind);
    match drafts.get(at) {
        Some(draft) if is(&at, FindingKind::Genotype) => {
            let mut parts: Vec<usize> = draft.members.iter().chain(&draft.derived).copied().collect();
            parts.retain(|part| is(part, FindingKind::Variant));
            parts.sort_unstable();
            parts.dedup();
            parts
        }
        Some(_) if is(&at, FindingKind::Variant) => vec![at],
        Some(_) | None => Vec::new(),
    }
}

/// A genotype names the gene of its variants and, where it names a disease, the condition.
fn hear_genotypes(drafts: &mut [Draft]) {
    for from in 0..drafts.len() {
        let parts = variants(from, drafts);
        let Some(said) = drafts.get(from).filter(|d| d.finding.kind == FindingKind::Genotype && !d.withdrawn)
        else {
            continue;
        };
        let harmless =
            matches!(said.finding.significance, Some(Significance::Benign | Significance::LikelyBenign));
        let condition = said.finding.condition.clone().filter(|_| !said.about_medicine && !harmless);
        let gene = said.finding.gene.clone().filter(|genes| !genes.contains(','));
        let transcript = said.finding.transcript.clone();
        let disease = condition.is_some() && (said.compound || parts.len() > 1);
        for to in parts {
            let Some(draft) = drafts.get_mut(to) else { continue };
            let finding = &mut draft.finding;
            // Two genes can be read together; a name on another transcript may be in another gene.
            if transcript.is_none() || finding.transcript.is_none() || transcript == finding.transcript {
                finding.gene = finding.gene.take().or_else(|| gene.clone());
            }
            draft.in_disease_genotype |= disease;
            finding.condition = finding.condition.take().or_else(|| condition.clone());
        }
    }
}

/// A variant put together from others has their gene if it is one; an implication has its variant's.
fn share_genes(drafts: &mut [Draft]) {
    let gene = |at: &usize, drafts: &[Draft]| drafts.get(*at).and_then(|d| d.finding.gene.clone());
    for kind in
        [FindingKind::Variant, FindingKind::DiagnosticImplication, FindingKind::TherapeuticImplication]
    {
        for at in 0..drafts.len() {
            let Some(draft) = drafts.get(at).filter(|d| d.finding.kind == kind && d.finding.gene.is_none())
            else {
                continue;
            };
            let from = if kind == FindingKind::Variant { &draft.members } else { &draft.derived };
            let mut genes = from.iter().map(|other| gene(other, drafts));
            let first = genes.next().flatten();
            let shared = if genes.all(|other| other == first) { first } else { None };
            if let Some(draft) = drafts.get_mut(at) {
                draft.finding.gene = shared;
            }
        }
    }
}

fn say(mark: Mark, why: &str) -> Suggestion {
    Suggestion { mark, why: why.to_owned() }
}

/// The suggestion a finding earns by itself.
fn suggest(draft: &Draft) -> Suggestion {
    let finding = &draft.finding;
    match finding.kind {
        FindingKind::TherapeuticImplication => say(Mark::Personal, "It is about this person's treatment."),
        FindingKind::Haplotype => say(Mark::Personal, "A haplotype is this person's own combination."),
        FindingKind::Genotype if draft.about_medicine => {
            say(Mark::Personal, "It is about how this person answers to medicines.")
        }
        FindingKind::Variant if finding.source_class == SourceClass::Somatic => {
            say(Mark::Personal, "The variant is somatic: it is in the tumour and not inherited.")
        }
        FindingKind::Variant
        | FindingKind::Genotype
        | FindingKind::DiagnosticImplication
        | FindingKind::Other
            if draft.doubt.is_some() =>
        {
            say(Mark::Uncertain, draft.doubt.unwrap_or_default())
        }
        FindingKind::Variant => variant(draft),
        FindingKind::Genotype => {
            say(Mark::Uncertain, "The combination is this person's own; its variants are listed one by one.")
        }
        FindingKind::DiagnosticImplication => {
            say(Mark::Uncertain, "The variant it is about is not in this file.")
        }
        FindingKind::Other => say(Mark::Uncertain, "This kind of finding is not read."),
    }
}

fn variant(draft: &Draft) -> Suggestion {
    let finding = &draft.finding;
    let uncertain = |why| say(Mark::Uncertain, why);
    match finding.presence {
        Presence::Absent => return uncertain("The variant was looked for and not found in this person."),
        Presence::Unclear => return uncertain("It is not clear whether the variant was found."),
        Presence::Present | Presence::NotStated => {}
    }
    match finding.source_class {
        SourceClass::Germline | SourceClass::LikelyGermline | SourceClass::NotStated => {}
        SourceClass::Somatic => return say(Mark::Personal, "The variant is somatic."),
        SourceClass::LikelySomatic => {
            return uncertain(
                "The sample is a tumour: only a blood or saliva test shows whether it is inherited.",
            );
        }
        SourceClass::Fetal => {
            return uncertain("The variant is the fetus's; whose it is in the family is to be found out.");
        }
        SourceClass::DeNovo => {
            return uncertain("The variant arose new: parents and siblings seldom share it.");
        }
        SourceClass::Unknown => {
            return uncertain("The laboratory does not say clearly whether it is inherited.");
        }
    }
    if draft.two_classifications {
        return uncertain("The laboratory gives more than one classification.");
    }
    match &finding.significance {
        Some(Significance::Pathogenic | Significance::LikelyPathogenic) if about_a_reaction(finding) => {
            uncertain("The condition named is a reaction to a medicine.")
        }
        Some(Significance::Pathogenic) => {
            say(Mark::Familial, "A pathogenic variant that relatives may share.")
        }
        Some(Significance::LikelyPathogenic) => {
            say(Mark::Familial, "A likely pathogenic variant that relatives may share.")
        }
        Some(Significance::Benign | Significance::LikelyBenign) => say(
            Mark::Personal,
            "The variant is classified as harmless: there is nothing for relatives to test.",
        ),
        Some(Significance::Uncertain) => uncertain("The significance is uncertain."),
        Some(Significance::Other(_)) => uncertain("The classification is not one that is known here."),
        None if draft.in_disease_genotype => say(
            Mark::Familial,
            "One of two variants that together cause a condition; relatives may carry it.",
        ),
        None => uncertain("The laboratory gives no classification."),
    }
}

fn about_a_reaction(finding: &Finding) -> bool {
    let condition = finding.condition.as_deref().unwrap_or("").to_lowercase();
    ["adverse reaction", "drug response", "drug reaction", "toxicity"]
        .iter()
        .any(|word| condition.contains(word))
}

/// A diagnostic implication goes where its variant goes.
fn follow(draft: &Draft, own: &Suggestion, drafts: &[Draft], all: &[Suggestion]) -> Suggestion {
    if draft.finding.kind != FindingKind::DiagnosticImplication || draft.doubt.is_some() {
        return own.clone();
    }
    let about: Vec<Mark> = draft
        .derived
        .iter()
        .flat_map(|at| variants(*at, drafts))
        .filter_map(|at| all.get(at).map(|s| s.mark))
        .collect();
    if about.contains(&Mark::Familial) {
        say(Mark::Familial, "It says what a variant that relatives may share means.")
    } else if !about.is_empty() && about.iter().all(|mark| *mark == Mark::Personal) {
        say(Mark::Personal, "It is about a variant that is this person's own.")
    } else if about.is_empty() {
        own.clone()
    } else {
        say(Mark::Uncertain, "It is about a variant that is itself to be decided.")
    }
}

/// One line for staff.
fn sum_up(draft: &Draft) -> String {
    let finding = &draft.finding;
    let name = finding.hgvs_c.as_deref().or(finding.hgvs_g.as_deref());
    let mut parts: Vec<String> = Vec::new();
    match finding.kind {
        FindingKind::Variant => {
            let whole = [finding.gene.as_deref(), name, finding.hgvs_p.as_deref()];
            parts.push(whole.into_iter().flatten().collect::<Vec<_>>().join(" "));
            parts.extend(finding.zygosity.as_ref().map(|z| spaced(z.as_str())));
            let stated = finding.source_class != SourceClass::NotStated;
            parts.extend(stated.then(|| spaced(finding.source_class.as_str())));
        }
        FindingKind::DiagnosticImplication => parts.extend(finding.gene.clone()),
        FindingKind::TherapeuticImplication
        | FindingKind::Genotype
        | FindingKind::Haplotype
        | FindingKind::Other => {
            let gene = finding.gene.clone().filter(|g| !draft.remark.iter().any(|r| r.contains(g.as_str())));
            parts.extend(gene.into_iter().chain(draft.remark.iter().cloned()));
        }
    }
    parts.extend(finding.significance.as_ref().map(|s| spaced(s.as_str())));
    parts.retain(|part| !part.is_empty());
    let mut line = parts.join(", ");
    if let Some(condition) = finding.condition.as_deref().filter(|c| !line.contains(*c)) {
        line.push_str(if line.is_empty() { "" } else { ": " });
        line.push_str(condition);
    }
    let lead = match finding.presence {
        Presence::Absent => "Not found: ",
        Presence::Unclear => "Unclear: ",
        Presence::Present | Presence::NotStated => "",
    };
    let settled = ["", "final", "amended", "corrected"].contains(&finding.status.as_str());
    let status = if settled { String::new() } else { format!(" ({})", finding.status) };
    let line =
        if line.is_empty() { format!("{} without details", spaced(finding.kind.as_str())) } else { line };
    let room = SUMMARY.saturating_sub(lead.len() + status.chars().count());
    format!("{lead}{}{status}", line.chars().take(room).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::super::{Report, read};
    use super::*;

    /// A report with the Observations given as inner JSON, `o0`, `o1`, ..
    fn report(observations: &[&str]) -> Report {
        let entries: Vec<String> = observations
            .iter()
            .enumerate()
            .map(|(n, o)| format!(r#"{{"resource":{{"resourceType":"Observation","id":"o{n}",{o}}}}}"#))
            .collect();
        let text = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","id":"p"}}}},{}]}}"#,
            entries.join(",")
        );
        read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"))
    }

    const VARIANT: &str = r#""code":{"coding":[{"system":"http://loinc.org","code":"69548-6"}]}"#;

    fn component(code: &str, text: &str) -> String {
        let loinc = format!(r#"{{"coding":[{{"system":"http://loinc.org","code":"{code}"}}]}}"#);
        format!(r#"{{"code":{loinc},"valueCodeableConcept":{{"text":"{text}"}}}}"#)
    }

    fn variant_with(components: &[(&str, &str)], more: &str) -> String {
        let list: Vec<String> = components.iter().map(|(code, text)| component(code, text)).collect();
        format!(r#"{VARIANT},"component":[{}]{more}"#, list.join(","))
    }

    fn implication(of: &str, significance: &str, more: &str) -> String {
        let told = component("53037-8", significance);
        format!(
            r#""code":{{"coding":[{{"code":"diagnostic-implication"}}]}},"derivedFrom":[{{"reference":"Observation/{of}"}}],"component":[{told}]{more}"#
        )
    }

    fn mark_of(components: &[(&str, &str)], more: &str) -> Mark {
        report(&[&variant_with(components, more)]).findings[0].suggestion.mark
    }

    #[test]
    fn where_it_arose_and_what_it_means_decide_the_first_suggestion() {
        use Mark::*;
        let table: &[(&str, &str, Mark)] = &[
            ("Germline", "Pathogenic", Familial),
            ("Likely germline", "Likely pathogenic", Familial),
            ("Germline", "Uncertain significance", Uncertain),
            ("Germline", "Likely benign", Personal),
            ("Germline", "Benign", Personal),
            ("Germline", "risk allele", Uncertain),
            ("Somatic", "Pathogenic", Personal),
            ("Likely somatic", "Pathogenic", Uncertain),
            ("Fetal", "Pathogenic", Uncertain),
            ("De novo", "Pathogenic", Uncertain),
            ("Unknown genomic origin", "Pathogenic", Uncertain),
            ("something else", "Pathogenic", Uncertain),
        ];
        for (source, significance, mark) in table {
            let told = mark_of(&[("48002-0", source), ("53037-8", significance)], "");
            assert_eq!(told, *mark, "{source}, {significance}");
        }
        assert_eq!(mark_of(&[("53037-8", "Pathogenic")], ""), Familial, "source not stated");
        assert_eq!(mark_of(&[], ""), Uncertain);
    }

    #[test]
    fn what_is_in_doubt_is_never_suggested_for_the_family() {
        let pathogenic = &[("53037-8", "Pathogenic")];
        for doubt in [
            r#","status":"entered-in-error""#,
            r#","modifierExtension":[{"url":"http://lab.example/not"}]"#,
            r#","focus":[{"reference":"RelatedPerson/mother"}]"#,
            r#","valueCodeableConcept":{"text":"Absent"}"#,
            r#","dataAbsentReason":{"text":"error"}"#,
            r#","valueCodeableConcept":{"text":"nicht nachgewiesen"}"#,
        ] {
            assert_eq!(mark_of(pathogenic, doubt), Mark::Uncertain, "{doubt}");
        }
        let torn = &[("48002-0", "Somatic"), ("48002-0", "Germline"), ("53037-8", "Pathogenic")];
        assert_eq!(mark_of(torn, ""), Mark::Uncertain, "two origins");
        let reaction = &[("53037-8", "Pathogenic"), ("81259-4", "Debrisoquine adverse reaction")];
        assert_eq!(mark_of(reaction, ""), Mark::Uncertain);
    }

    #[test]
    fn an_implication_speaks_for_its_variant_before_or_after_it() {
        let (variant, told) = (variant_with(&[], ""), |of: &str| implication(of, "Pathogenic", ""));
        for observations in [[told("o1"), variant.clone()], [variant, told("o0")]] {
            let marks: Vec<Mark> = report(&observations.each_ref().map(String::as_str))
                .findings
                .iter()
                .map(|f| f.suggestion.mark)
                .collect();
            assert_eq!(marks, [Mark::Familial, Mark::Familial]);
        }
    }

    #[test]
    fn two_classifications_are_for_a_person_to_settle_in_any_order() {
        for order in [["Benign", "Pathogenic"], ["Pathogenic", "Benign"]] {
            let told = order.map(|significance| implication("o0", significance, ""));
            let found = report(&[&variant_with(&[], ""), &told[0], &told[1]]).findings;
            assert_eq!(found[0].significance, Some(Significance::Pathogenic), "the graver is shown");
            assert!(found.iter().all(|f| f.suggestion.mark == Mark::Uncertain));
        }
    }

    #[test]
    fn a_withdrawn_implication_says_nothing() {
        let withdrawn = implication("o0", "Pathogenic", r#","status":"entered-in-error""#);
        let found = report(&[&variant_with(&[], ""), &withdrawn]).findings;
        assert_eq!((found[0].significance.clone(), found[1].suggestion.mark), (None, Mark::Uncertain));
        assert!(found[1].summary.ends_with("(entered-in-error)"));
    }

    #[test]
    fn a_reference_out_of_the_file_is_kept() {
        let found = report(&[&implication("elsewhere", "Pathogenic", "")]).findings;
        assert_eq!(found[0].derived_from, ["Observation/elsewhere"]);
        assert_eq!(found[0].suggestion.mark, Mark::Uncertain);
    }

    #[test]
    fn an_observation_without_a_code_is_still_a_finding() {
        let found = report(&[r#""valueString":"see letter""#, r#""status":"final""#]).findings;
        assert_eq!((found[0].kind, found[0].summary.as_str()), (FindingKind::Other, "see letter"));
        assert_eq!(found[1].summary, "other without details");
    }
}
