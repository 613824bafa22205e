//! Checks a file that says it is a certificate: JSON or FHIR; against this installation's key, and then its register.
//! Must not know: who asks. A key that stands in the file proves nothing but that the file was made elsewhere.

use super::{
    Standing, certificate_held,
    content::{Content, KIND, VERSION, canonical},
    fhir,
};
use crate::{
    clinic::result::report,
    db::{Conn, UtcTime},
    error::{Error, Result},
    keys::{self, Keys, from_hex},
};
use ed25519_dalek::{Signature, SigningKey, Verifier, VerifyingKey};
use serde_json::Value;

/// What there is to say of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Valid {
        id: String,
        issued_on: String,
        service: String,
    },
    /// What it says is not what was signed.
    Changed,
    /// Sound, but signed with the key of another installation.
    Elsewhere,
    Superseded(UtcTime),
    Withdrawn(UtcTime),
    /// Signed with this key, but the register does not hold it: a restored or another database.
    NotInRegister,
}

impl Verdict {
    /// In words for whoever asked.
    pub fn words(&self) -> String {
        match self {
            Verdict::Valid { id, issued_on, service } => {
                format!("Valid: {service} issued certificate {id} on {issued_on}. It was not changed and still stands.")
            }
            Verdict::Changed => "Not valid: this certificate was changed after it was issued. Ask whoever gave it to you for the original.".into(),
            Verdict::Elsewhere => "Not valid here: this certificate was issued elsewhere, with the key of another installation. Check it at the address that stands in it.".into(),
            Verdict::Superseded(at) => format!(
                "Superseded on {}: the laboratory's report was amended after this certificate was issued. Ask the service for the present one.",
                at.date()
            ),
            Verdict::Withdrawn(at) => {
                format!("Withdrawn on {}: the service took this certificate back. Ask it for the present one.", at.date())
            }
            Verdict::NotInRegister => "Not valid: the signature is this installation's, but its register does not hold this certificate. Check that KINWARD_DATABASE names the right database.".into(),
        }
    }
}

/// # Errors
/// A file that is no certificate at all, in words that say what it is missing.
pub fn verify(conn: &mut Conn, keys: &Keys, file: &[u8]) -> Result<Verdict> {
    let (value, signed) = read(file)?;
    let text = canonical(&signed)?;
    let field = |name: &str| signed.get(name).and_then(Value::as_str).and_then(from_hex);
    let signature = field("signature")
        .and_then(|bytes| Signature::from_slice(&bytes).ok())
        .ok_or_else(|| Error::bad_input("this certificate carries no signature that can be read"))?;
    let theirs = field("key")
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or_else(|| Error::bad_input("this certificate carries no key that can be read"))?;
    let ours = SigningKey::from_bytes(&keys.certificate_seed()?).verifying_key();
    if theirs != *ours.as_bytes() {
        let sound = VerifyingKey::from_bytes(&theirs)
            .is_ok_and(|key| key.verify_strict(text.as_bytes(), &signature).is_ok());
        return Ok(if sound { Verdict::Elsewhere } else { Verdict::Changed });
    }
    if ours.verify(text.as_bytes(), &signature).is_err() {
        return Ok(Verdict::Changed);
    }
    let content: Content = serde_json::from_value(without_seal(&signed))
        .map_err(|_| Error::inner("a certificate with our signature cannot be read"))?;
    // The FHIR form is made again and compared whole: its components are not what was signed, but follow from it.
    if value != signed && fhir::form(&content, &signed)? != value {
        return Ok(Verdict::Changed);
    }
    let row =
        certificate_held(conn, keys, content.id)?.filter(|row| row.digest == keys::digest(text.as_bytes()));
    Ok(match row.map(|row| row.standing()) {
        None => Verdict::NotInRegister,
        Some(Standing::Superseded(at)) => Verdict::Superseded(at),
        Some(Standing::Withdrawn(at)) => Verdict::Withdrawn(at),
        Some(Standing::Valid) => Verdict::Valid {
            id: content.id.to_string(),
            issued_on: content.issued_on.to_string(),
            service: content.issued_by.service,
        },
    })
}

fn without_seal(signed: &Value) -> Value {
    let mut content = signed.clone();
    if let Value::Object(fields) = &mut content {
        fields.remove("key");
        fields.remove("signature");
    }
    content
}

/// The file as a value, and the signed certificate that it is or carries.
fn read(file: &[u8]) -> Result<(Value, Value)> {
    if file.starts_with(b"%PDF") {
        return Err(Error::bad_input(
            "this is the printed form. A PDF is checked by its code: open the address beside its square code, or type identifier and digest on the page /certificate of the service that issued it",
        ));
    }
    // A field that stands twice is read differently by different programs: nothing such was ever signed.
    report::json::parse(file).map_err(|e| Error::bad_input(format!("this is not a certificate: {e}")))?;
    let value: Value = serde_json::from_slice(file)
        .map_err(|e| Error::bad_input(format!("this is not a certificate: {e}")))?;
    let signed = match value.get("resourceType").and_then(Value::as_str) {
        None => value.clone(),
        Some(kind) => {
            let resource = match kind {
                "Bundle" => value.pointer("/entry/0/resource"),
                _ => Some(&value),
            };
            let seal = resource
                .and_then(|resource| resource.get("extension"))
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .find(|extension| extension.get("url").and_then(Value::as_str) == Some(fhir::EXTENSION))
                .and_then(|extension| extension.get("valueString"))
                .and_then(Value::as_str)
                .ok_or_else(|| {
                    Error::bad_input(format!(
                        "this FHIR resource carries no certificate (extension {})",
                        fhir::EXTENSION
                    ))
                })?;
            serde_json::from_str(seal).map_err(|e| {
                Error::bad_input(format!("the certificate inside this resource cannot be read: {e}"))
            })?
        }
    };
    if signed.get("kind").and_then(Value::as_str) != Some(KIND) {
        return Err(Error::bad_input(
            "this is not a familial variant certificate: its kind is missing or another",
        ));
    }
    if signed.get("version").and_then(Value::as_u64) != Some(u64::from(VERSION)) {
        return Err(Error::bad_input(format!(
            "this certificate is of another version than {VERSION}; ask the service to issue it anew"
        )));
    }
    Ok((value, signed))
}
