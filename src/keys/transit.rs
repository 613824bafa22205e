//! Compartment keys in the transit engine of an OpenBao or Vault server: they never come here, only data keys do.
//! Must not know: which family a data key belongs to; the server sees a context it cannot read back.

use super::{
    compartment::Compartment,
    digest,
    service::{KeyService, Secret, Wrapped},
};
use crate::{
    clock::Chance,
    config::Vault,
    error::{Error, Result},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// How long an unwrapped data key is kept, so that a page does not ask the server for every family it names (security K-6).
const KEPT: Duration = Duration::from_secs(300);

/// One key a compartment, named `kinward-P`, `kinward-K` and so on, of an AEAD type (`chacha20-poly1305`, `aes256-gcm96`).
pub struct Transit {
    agent: ureq::Agent,
    at: Vault,
    token: Zeroizing<String>,
    held: Vec<Compartment>,
    unwrapped: Mutex<HashMap<String, (Secret, Instant)>>,
}

impl Transit {
    /// Reads the token and asks which keys it may use; what it may not use, this process does not hold.
    ///
    /// # Errors
    /// Config: a token or certificate file that cannot be read, a server that does not answer or allows no key at all.
    pub fn open(at: &Vault) -> Result<Self> {
        let token = std::fs::read_to_string(&at.token_file).map_err(|e| {
            Error::config(format!(
                "KINWARD_VAULT_TOKEN_FILE: {} cannot be read: {e}",
                at.token_file.display()
            ))
        })?;
        let mut tls = ureq::tls::TlsConfig::builder();
        if let Some(file) = &at.authorities {
            tls = tls.root_certs(ureq::tls::RootCerts::new_with_certs(&certificates(file)?));
        }
        let agent = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .new_agent();
        let token = Zeroizing::new(token.trim().to_owned());
        let mut opened =
            Self { agent, at: at.clone(), token, held: Vec::new(), unwrapped: Mutex::new(HashMap::new()) };
        for compartment in Compartment::ALL {
            match opened.ask("GET", &format!("keys/kinward-{compartment}"), None) {
                Ok(_) => opened.held.push(*compartment),
                Err(Refusal::Denied) => {}
                Err(Refusal::Other(problem)) => return Err(Error::config(problem)),
            }
        }
        if opened.held.is_empty() {
            return Err(Error::config(format!(
                "KINWARD_VAULT: the token may use none of the keys kinward-P, -K, -Y, -D, -F under '{}'",
                at.mount
            )));
        }
        Ok(opened)
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> std::result::Result<Value, Refusal> {
        let url = format!("{}/v1/{}/{path}", self.at.address, self.at.mount);
        let other = |e: &dyn std::fmt::Display| {
            Refusal::Other(format!("the key server does not answer as it should: {e}"))
        };
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(url)
            .header("X-Vault-Token", self.token.as_str())
            .header("Content-Type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(|e| other(&e))?;
        let mut answer = self.agent.run(request).map_err(|e| other(&e))?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().map_err(|e| other(&e))?;
        match status {
            200 => serde_json::from_str(&text).map_err(|_| other(&"not JSON")),
            204 => Ok(Value::Null),
            403 | 404 => Err(Refusal::Denied),
            // The server's own words may repeat what was sent, so only the status is told.
            status => Err(other(&format_args!("status {status}"))),
        }
    }

    fn call(
        &self,
        compartment: Compartment,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        if !self.held.contains(&compartment) {
            return Err(super::service::not_held(compartment));
        }
        self.ask(method, path, body).map_err(|refusal| match refusal {
            Refusal::Denied => Error::inner(format!("the key server refuses compartment {compartment}")),
            Refusal::Other(problem) => Error::busy(problem),
        })
    }
}

enum Refusal {
    Denied,
    Other(String),
}

fn certificates(file: &std::path::Path) -> Result<Vec<ureq::tls::Certificate<'static>>> {
    let unreadable = || {
        Error::config(format!("KINWARD_VAULT_AUTHORITIES: {} holds no certificate in PEM", file.display()))
    };
    let pem = std::fs::read(file).map_err(|_| unreadable())?;
    let found: Vec<_> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
            Ok(_) | Err(_) => None,
        })
        .collect();
    if found.is_empty() { Err(unreadable()) } else { Ok(found) }
}

/// `vault:v3:…` says which version of the key sealed it.
fn version_of(ciphertext: &str) -> Option<i32> {
    ciphertext.split(':').nth(1)?.strip_prefix('v')?.parse().ok()
}

impl KeyService for Transit {
    fn name(&self) -> String {
        format!("key server {}", self.at.address)
    }

    fn holds(&self, compartment: Compartment) -> bool {
        self.held.contains(&compartment)
    }

    fn version(&self, compartment: Compartment) -> Result<i32> {
        let answer = self.call(compartment, "GET", &format!("keys/kinward-{compartment}"), None)?;
        answer
            .pointer("/data/latest_version")
            .and_then(Value::as_i64)
            .and_then(|version| i32::try_from(version).ok())
            .ok_or_else(|| Error::inner("the key server names no version"))
    }

    fn oldest(&self, compartment: Compartment) -> Result<i32> {
        let answer = self.call(compartment, "GET", &format!("keys/kinward-{compartment}"), None)?;
        let least = answer.pointer("/data/min_decryption_version").and_then(Value::as_i64);
        // Versions begin with 1; a server that names none has retired none.
        Ok(least.and_then(|least| i32::try_from(least).ok()).unwrap_or(1).max(1))
    }

    fn wrap(&self, compartment: Compartment, context: &str, key: &Secret, _: &dyn Chance) -> Result<Wrapped> {
        let body = json!({
            "plaintext": STANDARD.encode(key.bytes()),
            "associated_data": STANDARD.encode(digest(context.as_bytes())),
        });
        let answer =
            self.call(compartment, "POST", &format!("encrypt/kinward-{compartment}"), Some(&body))?;
        let text = answer.pointer("/data/ciphertext").and_then(Value::as_str);
        text.and_then(|text| Some(Wrapped { version: version_of(text)?, bytes: text.as_bytes().to_vec() }))
            .ok_or_else(|| Error::inner("the key server answered no ciphertext"))
    }

    fn unwrap(&self, compartment: Compartment, context: &str, wrapped: &Wrapped) -> Result<Secret> {
        let ciphertext = String::from_utf8(wrapped.bytes.clone())
            .map_err(|_| Error::inner("a wrapped key was not made by a key server"))?;
        let at = digest(format!("{compartment}|{context}|{ciphertext}").as_bytes());
        let mut kept = self.unwrapped.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, since)| since.elapsed() < KEPT);
        if let Some((key, _)) = kept.get(&at) {
            return Ok(key.clone());
        }
        drop(kept);
        let body = json!({ "ciphertext": ciphertext, "associated_data": STANDARD.encode(digest(context.as_bytes())) });
        let answer =
            self.call(compartment, "POST", &format!("decrypt/kinward-{compartment}"), Some(&body))?;
        let key = answer
            .pointer("/data/plaintext")
            .and_then(Value::as_str)
            .and_then(|text| STANDARD.decode(text).map(Zeroizing::new).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .map(Secret::new)
            .ok_or_else(|| Error::inner("the key server answered no data key"))?;
        let mut kept = self.unwrapped.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(at, (key.clone(), Instant::now()));
        Ok(key)
    }

    fn rotate(&self, compartment: Compartment, _: &dyn Chance) -> Result<i32> {
        self.call(compartment, "POST", &format!("keys/kinward-{compartment}/rotate"), Some(&json!({})))?;
        self.version(compartment)
    }

    fn retire_before(&self, compartment: Compartment, version: i32) -> Result<()> {
        let body = json!({ "min_decryption_version": version });
        self.call(compartment, "POST", &format!("keys/kinward-{compartment}/config"), Some(&body)).map(|_| ())
    }
}
