//! Tokens of the JSON API: HS256 and nothing else, because no other algorithm is built in at all.
//! Must not know: what its bearer may do; a token only names a session, whose row decides.

use super::Keys;
use crate::{db::UtcTime, error::Error};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result as JwtResult},
    signature::{Error as SignatureError, Signer, Verifier},
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Seconds a token lives.
pub const LIFETIME: i64 = 300;
const ISSUER: &str = "kinward";
const AUDIENCE: &str = "kinward-api";
const PURPOSE: &str = "staff-api";

/// What a token says: who issued it for whom, which session it stands for, and until when.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// Hash of the session's secret: the key of its row.
    sid: String,
    typ: String,
    exp: i64,
    nbf: i64,
}

struct Hs256(Vec<u8>);

impl Hs256 {
    fn mac(&self, message: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|_| SignatureError::new())?;
        mac.update(message);
        Ok(mac)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.mac(message)?.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        self.mac(message)?.verify_slice(signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    if *algorithm == Algorithm::HS256 {
        Ok(Box::new(Hs256(key.as_bytes().to_vec())))
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    if *algorithm == Algorithm::HS256 {
        Ok(Box::new(Hs256(key.try_get_as_bytes()?.to_vec())))
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

fn ready() {
    // A second call answers that one stands already, which is what we want.
    let _ = PROVIDER.install_default();
}

/// A token for the session whose row is `session_hash`.
///
/// # Errors
/// None that a caller can cause.
pub fn issue(keys: &Keys, staff: &str, session_hash: &str, now: UtcTime) -> Result<String, Error> {
    ready();
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: staff.into(),
        sid: session_hash.into(),
        typ: PURPOSE.into(),
        exp: now.unix() + LIFETIME,
        nbf: now.unix(),
    };
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(&keys.token_key()?),
    )
    .map_err(|e| Error::inner(format!("a token cannot be signed: {:?}", e.kind())))
}

/// A token by which a service shows another provider who asks: issued now, with a secret of that provider's.
///
/// # Errors
/// None that a caller can cause.
pub fn signed_for(issuer: &str, secret: &str, now: UtcTime) -> Result<String, Error> {
    ready();
    let claims = serde_json::json!({"iss": issuer, "iat": now.unix()});
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .map_err(|e| Error::inner(format!("a token cannot be signed: {:?}", e.kind())))
}

/// The session a token stands for.
///
/// # Errors
/// The same answer whatever is wrong with it.
pub fn session_of(keys: &Keys, token: &str, now: UtcTime) -> Result<String, Error> {
    ready();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    // Time is compared below with the clock that was passed in; the library would ask the machine.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims =
        jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&keys.token_key()?), &validation)
            .map_err(|_| Error::not_signed_in())?
            .claims;
    let live = claims.typ == PURPOSE && claims.nbf <= now.unix() && now.unix() < claims.exp;
    if live { Ok(claims.sid) } else { Err(Error::not_signed_in()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> UtcTime {
        UtcTime::from_utc(
            chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().and_hms_opt(12, 0, 0).unwrap(),
        )
    }

    fn keys_of(seed: u64) -> Keys {
        Keys::in_memory(&crate::clock::SeededChance::new(seed)).unwrap()
    }

    fn forge(header: &str, claims: &str, secret: &[u8]) -> String {
        let part = |text: &str| data_encoding_base64url(text.as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let seal = Hs256(secret.to_vec()).try_sign(message.as_bytes()).unwrap();
        format!("{message}.{}", data_encoding_base64url(&seal))
    }

    fn data_encoding_base64url(bytes: &[u8]) -> String {
        const SET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        bytes
            .chunks(3)
            .flat_map(|chunk| {
                let bits = chunk.iter().fold(0u32, |b, c| b << 8 | u32::from(*c)) << (8 * (3 - chunk.len()));
                (0..=chunk.len()).map(move |i| SET[(bits >> (18 - 6 * i) & 63) as usize] as char)
            })
            .collect()
    }

    const GOOD: &str = r#"{"iss":"kinward","aud":"kinward-api","sub":"s","sid":"h","typ":"staff-api","exp":1795349100,"nbf":1795348800}"#;

    #[test]
    fn a_token_names_its_session_for_five_minutes() {
        let keys = keys_of(3);
        let token = issue(&keys, "someone", "hash", noon()).unwrap();
        assert_eq!(session_of(&keys, &token, noon().plus_seconds(299)).unwrap(), "hash");
        assert!(session_of(&keys, &token, noon().plus_seconds(300)).is_err());
        assert!(session_of(&keys, &token, noon().plus_seconds(-1)).is_err());
        assert!(session_of(&keys_of(4), &token, noon()).is_err());
    }

    #[test]
    fn our_own_forgery_tool_can_make_a_good_token() {
        let keys = keys_of(3);
        assert_eq!(noon().unix(), 1_795_348_800);
        let token = forge(r#"{"alg":"HS256","typ":"JWT"}"#, GOOD, &keys.token_key().unwrap());
        assert_eq!(session_of(&keys, &token, noon()).unwrap(), "h");
    }

    #[test]
    fn every_forged_token_is_refused_alike() {
        let keys = keys_of(3);
        let key = keys.token_key().unwrap();
        let good_header = r#"{"alg":"HS256","typ":"JWT"}"#;
        let claims = |from: &str, to: &str| GOOD.replace(from, to);
        let forged = [
            forge(r#"{"alg":"none"}"#, GOOD, b""),
            forge(r#"{"alg":"HS512"}"#, GOOD, &key),
            forge(r#"{"alg":"RS256"}"#, GOOD, &key),
            forge(r#"{"alg":"EdDSA"}"#, GOOD, &key),
            forge(good_header, GOOD, b"another secret"),
            forge(good_header, &claims("1795349100", "\"never\""), &key),
            forge(good_header, &claims(",\"nbf\":1795348800", ""), &key),
            forge(good_header, &claims("\"exp\":1795349100,", ""), &key),
            forge(good_header, &claims("1795348800", "1795349000"), &key),
            forge(good_header, &claims("staff-api", "relative"), &key),
            forge(good_header, &claims("\"kinward\"", "\"kinward/\""), &key),
            forge(good_header, &claims("kinward-api", "another"), &key),
            forge(good_header, &claims(",\"typ\":\"staff-api\"", ""), &key),
            forge(good_header, &claims("\"sub\":\"s\",", ""), &key),
            forge(good_header, &claims("{", "{\"role\":\"guardian\","), &key),
            String::new(),
            "a.b.c".into(),
        ];
        for token in forged {
            assert!(session_of(&keys, &token, noon()).is_err(), "{token}");
        }
    }
}
