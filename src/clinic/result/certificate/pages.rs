//! The staff page of a result's certificates: issue one, list them, fetch each of its three forms, take one back.
//! Must not know: what a certificate says; it hands the words on.

use super::{
    Added, Certificate, Standing, certificate_issue, certificate_list, certificate_open,
    certificate_withdraw,
    content::{Variant, grouped},
    may_be_issued,
};
use crate::{
    access::{
        Answer, Input, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
        staff::staff_names,
    },
    audit::Deed,
    clinic::result::{release, state::result_open},
    error::{Error, Result, Trouble},
    ids::{CertificateId, ResultId, StaffId},
    keys::Keys,
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/certificate" ResultView certificates_page, "The familial variant certificates of a result, and the form that issues one"),
    route!(POST "/results/{id}/certificate" CertificateIssue issue, "Issue a familial variant certificate: method, control (yes or no), control_reference", form on "/results/{id}/certificate"),
    route!(GET "/certificates/{id}/json" ResultView json_form, "A certificate as canonical JSON, signed"),
    route!(GET "/certificates/{id}/fhir" ResultView fhir_form, "A certificate as FHIR R4, one Observation a variant"),
    route!(GET "/certificates/{id}/pdf" ResultView pdf_form, "A certificate as one page on paper"),
    route!(POST "/certificates/{id}/withdraw" CertificateIssue withdraw, "Take a certificate back"),
];

#[derive(Serialize)]
struct Listed {
    certificate: CertificateId,
    digest: String,
    short_digest: String,
    issued: String,
    issued_by: Option<String>,
    standing: &'static str,
    stands: bool,
    since: Option<String>,
    method: Option<String>,
    control_reference: Option<String>,
}

impl Listed {
    fn of(row: &Certificate, names: &[(StaffId, String)]) -> Result<Self> {
        let content = row.content()?;
        let standing = row.standing();
        Ok(Self {
            certificate: row.id,
            short_digest: grouped(&row.digest),
            digest: row.digest.clone(),
            issued: row.issued_at.shown(),
            issued_by: names.iter().find(|(id, _)| *id == row.by_staff).map(|(_, name)| name.clone()),
            standing: standing.as_str(),
            stands: standing == Standing::Valid,
            since: standing.since().map(|at| at.shown()),
            method: content.method,
            control_reference: content.positive_control.reference,
        })
    }
}

async fn certificates_page(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            // The fact is made from findings: looking at it is on the record, as on the result's own page.
            act.record(Deed::ResultRead, ("result", id.as_str()), Some(proof.family()), "certificates")?;
            let names = staff_names(act.conn(), of.service)?;
            let rows = certificate_list(act.conn(), &proof, id)?;
            let listed = rows.iter().map(|row| Listed::of(row, &names)).collect::<Result<Vec<_>>>()?;
            let (fact, problem) = match (may_be_issued(result.state), release::fact_preview(act, &proof, &result)) {
                (false, _) => (None, Some("A certificate is issued once the proband has heard the result and the relatives are checked.".to_owned())),
                (true, Ok(fact)) => (Some(fact), None),
                (true, Err(problem)) if problem.trouble() == Trouble::NotNow => (None, Some(problem.public().to_owned())),
                (true, Err(problem)) => return Err(problem),
            };
            let variants: Vec<_> = fact
                .iter()
                .flat_map(|fact| fact.detailed_variants().map(Variant::of))
                .map(|variant| variant.names().join(", "))
                .collect();
            Ok(json!({
                "result": id,
                "family": result.family_id,
                "family_reference": family_reference(act.conn(), of.service, result.family_id)?,
                "gene": fact.as_ref().map(|fact| fact.gene().as_str().to_owned()),
                "variants": variants,
                "problem": problem,
                "may_issue": problem.is_none() && allows(&of.roles, Permission::CertificateIssue),
                "certificates": listed,
            }))
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    let title = format!(
        "Certificates of result {part} of {}",
        view.get("family_reference").and_then(|r| r.as_str()).unwrap_or_default()
    );
    Answer::page("certificates", title, &caller, view)
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum YesNo {
    Yes,
    No,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuing {
    method: Option<String>,
    control: Option<YesNo>,
    control_reference: Option<String>,
}

async fn issue(
    staff: Staff<may::CertificateIssue>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Issuing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let available = match entry.control {
        Some(YesNo::Yes) => true,
        Some(YesNo::No) => false,
        None => {
            return Err(Error::bad_input(
                "Choose whether a positive control is available. Nothing was saved.",
            )
            .at("control"));
        }
    };
    let added = Added::parse(entry.method.as_deref(), available, entry.control_reference.as_deref())?;
    let of = caller.clone();
    let row = house
        .act(&caller, move |act, house| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            certificate_issue(act, &proof, &result, added, &house.config.address)
        })
        .await?;
    let facts = json!({"certificate": row.id, "digest": row.digest, "result": id});
    Ok(Answer::done(format!("/results/{id}/certificate#certificate-{}", row.id), facts))
}

async fn form(
    staff: Staff<may::ResultView>,
    house: Here,
    id: CertificateId,
    kind: (&'static str, &'static str),
    make: impl FnOnce(&Certificate, &Keys) -> Result<Vec<u8>> + Send + 'static,
) -> Result<Answer> {
    let caller = staff.caller;
    let bytes = house
        .read(move |conn, house| {
            let (row, _) = certificate_open(conn, &caller, id)?;
            make(&row, &house.keys)
        })
        .await?;
    let (content_type, ending) = kind;
    Ok(Answer::File { content_type, name: Some(format!("certificate-{id}.{ending}")), bytes })
}

async fn json_form(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<CertificateId>,
) -> Result<Answer> {
    let make = |row: &Certificate, keys: &Keys| row.json(keys).map(String::into_bytes);
    form(staff, house, *id, ("application/json", "json"), make).await
}

async fn fhir_form(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<CertificateId>,
) -> Result<Answer> {
    let make = |row: &Certificate, keys: &Keys| row.fhir(keys).map(String::into_bytes);
    form(staff, house, *id, ("application/fhir+json", "fhir.json"), make).await
}

async fn pdf_form(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<CertificateId>,
) -> Result<Answer> {
    let make = |row: &Certificate, _: &Keys| row.pdf().map(|pdf| pdf.bytes().to_vec());
    form(staff, house, *id, ("application/pdf", "pdf"), make).await
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawing {}

async fn withdraw(
    staff: Staff<may::CertificateIssue>,
    house: Here,
    id: web::Path<CertificateId>,
    input: Input<Withdrawing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Withdrawing {} = input.open(&caller)?;
    let of = caller.clone();
    let result = house
        .act(&caller, move |act, _| {
            let (row, _) = certificate_open(act.conn(), &of, id)?;
            certificate_withdraw(act, &row)?;
            Ok(row.result_id)
        })
        .await?;
    let facts = json!({"certificate": id, "standing": "withdrawn"});
    Ok(Answer::done(format!("/results/{result}/certificate#certificate-{id}"), facts))
}
