//! What a certificate says, in one order and one spelling, and the signature over it: the three forms are made from this.
//! Must not know: results, findings, persons; it is given a fact that the door has made.

use super::typed::{Added, Control};
use crate::{
    access::service::Service,
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    ids::CertificateId,
    keys::{Keys, to_hex},
};
use ed25519_dalek::{Signer, SigningKey};
use kinward_family::fact::{FamilialFact, VariantDetail, VariantName};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) const KIND: &str = "kinward familial variant certificate";
pub(super) const VERSION: u32 = 2;

/// The canonical content. Its text is its JSON with sorted keys and without blanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub kind: String,
    pub version: u32,
    pub id: CertificateId,
    /// Where anybody who holds it can ask whether it still stands.
    pub check: String,
    pub family_reference: String,
    pub gene: String,
    pub variants: Vec<Variant>,
    pub classification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification_version: Option<u16>,
    pub inheritance: String,
    /// For recessive inheritance alone: how the variants come together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biallelic: Option<String>,
    pub condition: String,
    pub test_for_relatives: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    pub positive_control: Control,
    pub issued_by: Issuer,
    pub issued_on: UtcDate,
}

/// One variant under each name the laboratory gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub coding: String,
    pub transcript: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protein: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genomic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
}

/// The service that answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    pub service: String,
    pub address: Vec<String>,
    pub phone: String,
    pub hours: String,
    pub email: String,
    pub web: String,
}

impl Variant {
    pub(super) fn of((name, detail): (&VariantName, Option<&VariantDetail>)) -> Self {
        Self {
            coding: name.as_str().to_owned(),
            transcript: name.transcript().to_owned(),
            protein: detail.and_then(|d| d.protein.as_ref()).map(|p| p.as_str().to_owned()),
            genomic: detail.and_then(|d| d.genomic.as_ref()).map(|g| g.as_str().to_owned()),
            build: detail.and_then(|d| d.build).map(|b| b.as_str().to_owned()),
        }
    }

    /// Every name of it, as people compare them.
    pub(super) fn names(&self) -> Vec<String> {
        let place: Vec<&str> =
            [&self.build, &self.genomic].into_iter().flatten().map(String::as_str).collect();
        let mut names: Vec<String> =
            std::iter::once(self.coding.clone()).chain(self.protein.clone()).collect();
        names.extend((!place.is_empty()).then(|| place.join(" ")));
        names
    }
}

impl Content {
    pub(super) fn of(
        id: CertificateId,
        fact: &FamilialFact,
        family_reference: String,
        service: &Service,
        added: Added,
        address: &str,
        at: UtcTime,
    ) -> Self {
        Self {
            kind: KIND.into(),
            version: VERSION,
            id,
            check: format!("{address}/certificate/{id}"),
            family_reference,
            gene: fact.gene().as_str().to_owned(),
            variants: fact.detailed_variants().map(Variant::of).collect(),
            classification: fact.classification().as_str().to_owned(),
            classification_date: fact.classified().map(|c| c.day().to_owned()),
            classification_version: fact.classified().map(|c| c.version()),
            inheritance: fact.inheritance().as_str().to_owned(),
            biallelic: fact.biallelic().map(|b| b.as_str().to_owned()),
            condition: fact.condition().staff_name().to_owned(),
            test_for_relatives: fact.test_code().as_str().to_owned(),
            method: added.method,
            positive_control: added.control,
            issued_by: Issuer {
                service: service.name.clone(),
                address: service.address_lines.lines().map(str::to_owned).collect(),
                phone: service.phone.clone(),
                hours: service.hours.clone(),
                email: service.email.clone(),
                web: service.web.clone(),
            },
            issued_on: at.date(),
        }
    }

    /// The text that is signed.
    pub(super) fn text(&self) -> Result<String> {
        canonical(&serde_json::to_value(self).map_err(Error::inner)?)
    }

    /// The content with the key and the signature of this installation.
    pub(super) fn signed(&self, keys: &Keys) -> Result<Value> {
        let mut value = serde_json::to_value(self).map_err(Error::inner)?;
        let key = SigningKey::from_bytes(&keys.certificate_seed()?);
        let signature = to_hex(&key.sign(canonical(&value)?.as_bytes()).to_bytes());
        if let Value::Object(fields) = &mut value {
            fields.insert("key".into(), to_hex(key.verifying_key().as_bytes()).into());
            fields.insert("signature".into(), signature.into());
        }
        Ok(value)
    }
}

/// One text of one meaning: serde_json keeps the keys of an object sorted. Key and signature are not part of it.
pub fn canonical(certificate: &Value) -> Result<String> {
    let mut certificate = certificate.clone();
    if let Value::Object(fields) = &mut certificate {
        fields.remove("signature");
        fields.remove("key");
    }
    serde_json::to_string(&certificate).map_err(Error::inner)
}

/// Digits of the digest that stand on paper and in the square code.
const SHORT: usize = 16;

/// The part of a digest that stands on paper.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..SHORT).unwrap_or(digest)
}

/// The same in groups of four, for eyes and fingers.
pub(super) fn grouped(digest: &str) -> String {
    let letters: Vec<char> = short(digest).chars().collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
