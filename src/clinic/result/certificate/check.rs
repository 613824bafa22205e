//! The public check: whoever holds a certificate asks by identifier and digest whether it still stands. No sign-in.
//! Must not know: results or persons. Whatever is not known, however it came to be so, is answered with the same bytes.

use super::{Certificate, Content, certificate_held, content::short};
use crate::{
    access::{
        Answer, Input,
        pages::Here,
        route::{Route, Who},
    },
    error::Result,
    ids::CertificateId,
};
use actix_web::web;
use kinward_family::fact::{Classification, Inheritance};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

/// For people and, below `/api/v1`, for programs.
pub const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/certificate",
        who: Who::Anyone,
        about: "The page where anybody checks a familial variant certificate",
        form_on: &[],
        mount: || web::get().to(empty),
    },
    Route {
        method: "POST",
        path: "/certificate",
        who: Who::Anyone,
        about: "Check a familial variant certificate: identifier and digest (the whole, or the 16 digits on paper)",
        form_on: &[],
        mount: || web::post().to(typed),
    },
    Route {
        method: "GET",
        path: "/certificate/{id}",
        who: Who::Anyone,
        about: "Check a familial variant certificate by its address, with its digest as 'digest' in the query",
        form_on: &[],
        mount: || web::get().to(by_address),
    },
];

#[derive(serde::Deserialize, Default)]
struct Asked {
    identifier: Option<String>,
    digest: Option<String>,
}

async fn empty() -> Answer {
    answer(json!({"asked": false}), "Check a certificate", 200)
}

async fn typed(house: Here, input: Input<Asked>) -> Result<Answer> {
    // A form without its fields is an unknown certificate like any other.
    check(house, input.open_unbound().unwrap_or_default()).await
}

async fn by_address(house: Here, id: web::Path<String>, query: Option<web::Query<Asked>>) -> Result<Answer> {
    let digest = query.and_then(|asked| asked.into_inner().digest);
    // Who follows the address alone is asked for the digest; it says nothing of whether there is such a certificate.
    if digest.is_none() {
        return Ok(answer(json!({"asked": false}), "Check a certificate", 200));
    }
    check(house, Asked { identifier: Some(id.into_inner()), digest }).await
}

async fn check(house: Here, asked: Asked) -> Result<Answer> {
    let plain = |text: Option<String>| text.unwrap_or_default().trim().to_lowercase();
    let identifier = plain(asked.identifier);
    let identifier =
        identifier.strip_prefix("urn:uuid:").unwrap_or(&identifier).parse::<CertificateId>().ok();
    let digest: String = plain(asked.digest).chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let held = house
        .read(move |conn, house| {
            let row = identifier.map(|id| certificate_held(conn, &house.keys, id)).transpose()?.flatten();
            row.filter(|row| is_held(row, &digest)).map(|row| Ok((row.content()?, row))).transpose()
        })
        .await?;
    Ok(match held {
        None => answer(json!({"asked": true, "known": false}), "This certificate is not known", 404),
        Some((content, row)) => answer(shown(&content, &row), "This certificate is known", 200),
    })
}

/// Who holds the certificate knows its digest, or the part of it that stands on paper.
fn is_held(row: &Certificate, digest: &str) -> bool {
    let same = |one: &str| bool::from(one.as_bytes().ct_eq(digest.as_bytes()));
    same(&row.digest) || same(short(&row.digest))
}

/// All that stands on the certificate, so that a changed paper with a true code is found out; and whether it still stands.
fn shown(content: &Content, row: &Certificate) -> Value {
    let standing = row.standing();
    json!({
        "asked": true,
        "known": true,
        "identifier": content.id,
        "standing": standing.as_str(),
        "since": standing.since().map(|at| at.date().to_string()),
        "since_shown": standing.since().map(|at| at.date().shown()),
        "issued_on": content.issued_on,
        "issued_on_shown": content.issued_on.shown(),
        "issued_by": content.issued_by,
        "family_reference": content.family_reference,
        "gene": content.gene,
        "variants": content.variants.iter().map(|variant| variant.names().join(", ")).collect::<Vec<_>>(),
        "classification": content.classification.parse::<Classification>().map_or("", Classification::name),
        "classification_date": content.classification_date,
        "condition": content.condition,
        "inheritance": content.inheritance.parse::<Inheritance>().map_or("", Inheritance::name),
        "method": content.method,
        "control": content.positive_control.in_words(),
        "test_for_relatives": content.test_for_relatives,
    })
}

fn answer(view: Value, title: &str, status: u16) -> Answer {
    Answer::Page { template: "certificate_check", title: title.to_owned(), view, caller: None, status }
}
