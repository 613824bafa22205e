//! The familial variant certificate: what a laboratory needs to test a relative, and nothing about the proband. Signed.
//! Must not know: the proband; it is made from a `FamilialFact` and a family reference.

use crate::{
    access::{InFamily, family::family_get, service::service_get},
    audit::{Act, Deed},
    error::{Error, Result},
    keys::{Keys, from_hex, to_hex},
};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use kinward_family::fact::{FamilialFact, VariantName};
use serde_json::{Value, json};

/// Issues a certificate of `fact`. Signed over the canonical text: the JSON without its signature, keys sorted.
pub fn certificate_issue(act: &mut Act<'_>, proof: &InFamily, fact: &FamilialFact) -> Result<String> {
    let service = service_get(act.conn, act.service)?;
    let family = family_get(act.conn(), proof)?;
    let mut certificate = json!({
        "kind": "kinward familial variant certificate",
        "version": 1,
        "family_reference": family.reference,
        "gene": fact.gene().as_str(),
        "variants": fact.variants().iter().map(VariantName::as_str).collect::<Vec<_>>(),
        "classification": fact.classification().as_str(),
        "inheritance": fact.inheritance().as_str(),
        "condition": fact.condition().staff_name(),
        "test_for_relatives": fact.test_code().as_str(),
        "issued_by": service.name,
        "issued_on": act.at.date(),
    });
    let key = SigningKey::from_bytes(&act.keys().certificate_seed()?);
    let signature = to_hex(&key.sign(canonical(&certificate)?.as_bytes()).to_bytes());
    let public = to_hex(key.verifying_key().as_bytes());
    if let Value::Object(fields) = &mut certificate {
        fields.insert("key".into(), public.into());
        fields.insert("signature".into(), signature.into());
    }
    act.record(Deed::CertificateIssued, ("family", proof.family().as_str()), Some(proof.family()), "")?;
    serde_json::to_string_pretty(&certificate).map_err(Error::inner)
}

/// serde_json keeps object keys sorted, which makes one text of one meaning.
fn canonical(certificate: &Value) -> Result<String> {
    let mut certificate = certificate.clone();
    if let Value::Object(fields) = &mut certificate {
        fields.remove("signature");
        fields.remove("key");
    }
    serde_json::to_string(&certificate).map_err(Error::inner)
}

/// Checks a certificate against this installation's own key: a key that stands in the file proves nothing.
///
/// # Errors
/// A text that is no certificate; one that was changed or issued elsewhere.
pub fn verify(text: &str, keys: &Keys) -> Result<()> {
    let certificate: Value = serde_json::from_str(text)
        .map_err(|e| Error::bad_input(format!("this is not a certificate: {e}")))?;
    let signature = certificate
        .get("signature")
        .and_then(Value::as_str)
        .and_then(from_hex)
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .ok_or_else(|| Error::bad_input("this certificate carries no signature"))?;
    let key = SigningKey::from_bytes(&keys.certificate_seed()?);
    key.verifying_key()
        .verify(canonical(&certificate)?.as_bytes(), &signature)
        .map_err(|_| Error::not_now("This certificate was changed, or another installation issued it."))
}
