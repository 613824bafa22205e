//! A certificate as FHIR R4: one Observation a variant (Genomics Reporting profile `variant`), about nobody in particular.
//! Must not know: results, persons, or how a file is checked. It is made from the canonical content alone.

use super::content::{Content, Variant};
use crate::error::{Error, Result};
use serde_json::{Value, json};

const PROFILE: &str = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/variant";
/// The extension that carries the signed certificate, by which the whole resource is checked.
pub(super) const EXTENSION: &str = "urn:kinward:familial-variant-certificate";
const LOINC: &str = "http://loinc.org";
const HGVS: &str = "http://varnomen.hgvs.org";

/// One Observation, or a collection with one for each variant. The same content always gives the same form.
pub(super) fn form(content: &Content, signed: &Value) -> Result<Value> {
    let seal = serde_json::to_string(signed).map_err(Error::inner)?;
    if let [only] = content.variants.as_slice() {
        return Ok(observation(content, only, &content.id.to_string(), &seal));
    }
    let entries: Vec<Value> = content
        .variants
        .iter()
        .enumerate()
        .map(|(place, variant)| {
            let id = format!("{}-{}", content.id, place + 1);
            json!({
                "fullUrl": format!("{}/Observation/{id}", content.check),
                "resource": observation(content, variant, &id, &seal),
            })
        })
        .collect();
    Ok(json!({
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": identifier(content),
        "entry": entries,
    }))
}

fn identifier(content: &Content) -> Value {
    json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", content.id)})
}

fn observation(content: &Content, variant: &Variant, id: &str, seal: &str) -> Value {
    let mut components = vec![
        component("48018-6", "Gene studied [ID]", json!({"text": content.gene})),
        component(
            "51958-7",
            "Transcript reference sequence [ID]",
            coded(reference_of(variant), &variant.transcript),
        ),
        component("48004-6", "DNA change (c.HGVS)", coded(HGVS, &variant.coding)),
    ];
    if let Some(name) = &variant.protein {
        components.push(component("48005-3", "Amino acid change (pHGVS)", coded(HGVS, name)));
    }
    if let Some(name) = &variant.genomic {
        components.push(component("81290-9", "Genomic DNA change (gHGVS)", coded(HGVS, name)));
    }
    let builds = [("GRCh37", "LA14029-5"), ("GRCh38", "LA26806-2")];
    let known = |name: &String| builds.iter().find(|(build, _)| build == name).copied();
    if let Some((build, code)) = variant.build.as_ref().and_then(known) {
        components.push(component(
            "62374-4",
            "Human reference sequence assembly version",
            answer(code, build),
        ));
    }
    components.push(component("48002-0", "Genomic source class", answer("LA6683-2", "Germline")));
    let (code, words) = match content.classification.as_str() {
        "pathogenic" => ("LA6668-3", "Pathogenic"),
        _ => ("LA26332-9", "Likely pathogenic"),
    };
    components.push(component(
        "53037-8",
        "Genetic variation clinical significance [Imp]",
        answer(code, words),
    ));
    components.push(component(
        "81259-4",
        "Probable associated phenotype",
        json!({"text": content.condition}),
    ));
    if content.biallelic.as_deref() == Some("same_variant") {
        components.push(component("53034-5", "Allelic state", answer("LA6705-3", "Homozygous")));
    }
    let mut resource = json!({
        "resourceType": "Observation",
        "id": id,
        "meta": {"profile": [PROFILE]},
        "extension": [{"url": EXTENSION, "valueString": seal}],
        "identifier": [identifier(content)],
        "status": "final",
        "category": [
            category("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory"),
            category("http://terminology.hl7.org/CodeSystem/v2-0074", "GE"),
        ],
        "code": answer("69548-6", "Genetic variant assessment"),
        "performer": [{"display": content.issued_by.service}],
        "valueCodeableConcept": answer("LA9633-4", "Present"),
        "component": components,
    });
    if let (Some(method), Value::Object(fields)) = (&content.method, &mut resource) {
        fields.insert("method".into(), json!({"text": method}));
    }
    resource
}

fn component(code: &str, name: &str, value: Value) -> Value {
    json!({"code": answer(code, name), "valueCodeableConcept": value})
}

fn answer(code: &str, display: &str) -> Value {
    json!({"coding": [{"system": LOINC, "code": code, "display": display}]})
}

fn coded(system: &str, name: &str) -> Value {
    json!({"coding": [{"system": system, "code": name, "display": name}]})
}

fn category(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// The house that numbers the reference sequence.
fn reference_of(variant: &Variant) -> &'static str {
    if variant.transcript.starts_with("ENS") {
        "http://www.ensembl.org"
    } else if variant.transcript.starts_with("LRG_") {
        "http://www.lrg-sequence.org"
    } else {
        "http://www.ncbi.nlm.nih.gov/refseq"
    }
}
