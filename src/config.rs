//! The configuration, read once and passed down: the only file that reads the environment.
//! Must not know: the meaning of anything clinical. It refuses values that are unsafe to go live with.

use crate::error::{Error, Result};
use std::path::PathBuf;

/// Where e-mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTo {
    /// Files in the data folder: the default.
    Files,
    Smtp {
        host: String,
        port: u16,
        security: String,
        user: Option<String>,
        password_file: Option<PathBuf>,
        /// Certificates to trust beside the public ones, in PEM.
        authorities: Option<PathBuf>,
    },
    /// GOV.UK Notify; its settings stand beside.
    Notify,
}

/// GOV.UK Notify: which service, which templates, and what its calls to us carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyAccount {
    /// Without a final slash.
    pub address: String,
    /// Holds the API key as Notify shows it once: a name, the service's id and the secret.
    pub key_file: PathBuf,
    pub email_template: Option<String>,
    pub text_template: Option<String>,
    /// `first`, `second` or `economy`.
    pub postage: String,
    /// Holds the bearer token of Notify's calls; without it none is listened to.
    pub token_file: Option<PathBuf>,
}

/// Where a printed letter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintTo {
    /// One PDF a letter, in the data folder: the default.
    Files,
    /// A folder of PDFs with a manifest, collected by a printer.
    Batches,
    /// GOV.UK Notify prints and posts each.
    Notify,
}

/// An OpenBao or Vault server whose transit engine keeps the compartments' keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vault {
    pub address: String,
    /// The engine's path and the beginning of every key's name in it.
    pub mount: String,
    pub token_file: PathBuf,
    /// Certificates to trust, in PEM; the public ones where it is missing.
    pub authorities: Option<PathBuf>,
}

/// Where a text message to a mobile phone goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTo {
    /// There is no way for them: the default. Whoever chose to be told so is told by a person.
    Nowhere,
    /// Files in the data folder.
    Files,
    Notify,
}

/// Which wing a process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Wing {
    All,
    Staff,
    Relative,
}

/// Everything that may differ between two installations.
#[derive(Debug, Clone)]
pub struct Config {
    pub database: String,
    pub connections: u32,
    pub listen: String,
    /// Proxies of one's own before this process, each of which adds to `X-Forwarded-For`.
    pub proxies: u32,
    /// The address people use, without a final slash; every link begins with it.
    pub address: String,
    pub data: PathBuf,
    /// What the key file is sealed under.
    pub secret_file: Option<PathBuf>,
    pub key_file: PathBuf,
    /// Where the compartments' keys are kept, if not in the key file.
    pub vault: Option<Vault>,
    pub mail: MailTo,
    pub mail_from: String,
    pub print: PrintTo,
    pub texts: TextTo,
    /// Where mail, print or text messages go to GOV.UK Notify.
    pub notify: Option<NotifyAccount>,
    /// A demonstration: shows a banner, may run without a secret file.
    pub demo: bool,
}

impl Config {
    /// Reads `KINWARD_…` variables.
    ///
    /// # Errors
    /// A value that is missing or cannot be used, with the variable's name and what to write.
    pub fn from_environment() -> Result<Self> {
        let address = variable("KINWARD_ADDRESS").unwrap_or_else(|| "http://127.0.0.1:8080".into());
        let (mail, print, texts) = (mail()?, print()?, texts()?);
        let config = Self {
            database: variable("KINWARD_DATABASE").unwrap_or_else(|| "sqlite:kinward.db".into()),
            connections: number("KINWARD_CONNECTIONS", 8)?,
            listen: variable("KINWARD_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".into()),
            proxies: number("KINWARD_PROXIES", 0)?,
            address: address.trim_end_matches('/').to_owned(),
            data: variable("KINWARD_DATA").unwrap_or_else(|| "kinward-data".into()).into(),
            secret_file: variable("KINWARD_SECRET_FILE").map(Into::into),
            key_file: variable("KINWARD_KEYS").unwrap_or_else(|| "kinward.keys".into()).into(),
            vault: vault()?,
            notify: notify(&mail, print, texts)?,
            mail,
            mail_from: variable("KINWARD_MAIL_FROM").unwrap_or_else(|| "no-reply@kinward.invalid".into()),
            print,
            texts,
            demo: false,
        };
        config.check()?;
        Ok(config)
    }

    /// What must hold before anything starts.
    fn check(&self) -> Result<()> {
        if !(self.address.starts_with("http://") || self.address.starts_with("https://")) {
            return Err(Error::config(
                "KINWARD_ADDRESS: write the full address, such as https://genetics.example.nhs.uk",
            ));
        }
        if self.address.starts_with("http://") && !self.is_local() {
            return Err(Error::config("KINWARD_ADDRESS: only this machine may be served without https"));
        }
        // The PostgreSQL client that is built in speaks no TLS, so a remote server would be spoken to in the clear.
        if self.database.starts_with("postgres") && !database_is_local(&self.database) {
            return Err(Error::config(
                "KINWARD_DATABASE: this build speaks to PostgreSQL without TLS and so only to this machine; put a TLS tunnel (stunnel, pgbouncer) on 127.0.0.1",
            ));
        }
        Ok(())
    }

    /// Whether a text message has a way out of here.
    pub fn sends_texts(&self) -> bool {
        self.texts != TextTo::Nowhere
    }

    /// Cookies are bound to https wherever https is used.
    pub fn secure(&self) -> bool {
        self.address.starts_with("https://")
    }

    fn is_local(&self) -> bool {
        let host = self.address.split("//").nth(1).unwrap_or_default();
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
        matches!(name, "127.0.0.1" | "localhost") || name.starts_with("[::1]")
    }
}

fn database_is_local(url: &str) -> bool {
    let after = url.split("//").nth(1).unwrap_or_default();
    let host = after.rsplit('@').next().unwrap_or_default();
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let elsewhere = ["PGHOST", "PGHOSTADDR"].iter().any(|name| variable(name).is_some());
    matches!(host, "" | "127.0.0.1" | "localhost" | "[::1]" | "::1")
        && !["host=", "hostaddr="].iter().any(|word| url.contains(word))
        && !elsewhere
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn number(name: &str, otherwise: u32) -> Result<u32> {
    match variable(name) {
        None => Ok(otherwise),
        Some(text) => text.parse().map_err(|_| Error::config(format!("{name}: write a whole number"))),
    }
}

fn vault() -> Result<Option<Vault>> {
    let Some(address) = variable("KINWARD_VAULT") else { return Ok(None) };
    let local = address.starts_with("http://127.0.0.1") || address.starts_with("http://localhost");
    if !address.starts_with("https://") && !local {
        return Err(Error::config("KINWARD_VAULT: keys travel by https, or to this machine"));
    }
    Ok(Some(Vault {
        address: address.trim_end_matches('/').to_owned(),
        mount: variable("KINWARD_VAULT_MOUNT").unwrap_or_else(|| "transit".into()),
        token_file: variable("KINWARD_VAULT_TOKEN_FILE")
            .ok_or_else(|| Error::config("KINWARD_VAULT_TOKEN_FILE: name the file that holds the token"))?
            .into(),
        authorities: variable("KINWARD_VAULT_AUTHORITIES").map(Into::into),
    }))
}

fn print() -> Result<PrintTo> {
    match variable("KINWARD_PRINT").as_deref() {
        None | Some("files") => Ok(PrintTo::Files),
        Some("batches") => Ok(PrintTo::Batches),
        Some("notify") => Ok(PrintTo::Notify),
        Some(_) => Err(Error::config("KINWARD_PRINT: write 'files', 'batches' or 'notify'")),
    }
}

fn texts() -> Result<TextTo> {
    match variable("KINWARD_TEXTS").as_deref() {
        None | Some("nowhere") => Ok(TextTo::Nowhere),
        Some("files") => Ok(TextTo::Files),
        Some("notify") => Ok(TextTo::Notify),
        Some(_) => Err(Error::config("KINWARD_TEXTS: write 'nowhere', 'files' or 'notify'")),
    }
}

const NOTIFY: &str = "https://api.notifications.service.gov.uk";

fn notify(mail: &MailTo, print: PrintTo, texts: TextTo) -> Result<Option<NotifyAccount>> {
    let names = ["ADDRESS", "KEY_FILE", "EMAIL_TEMPLATE", "TEXT_TEMPLATE", "POSTAGE", "TOKEN_FILE"];
    let set = |name: &str| variable(&format!("KINWARD_NOTIFY_{name}"));
    if *mail != MailTo::Notify && print != PrintTo::Notify && texts != TextTo::Notify {
        return match names.iter().find(|name| set(name).is_some()) {
            None => Ok(None),
            Some(name) => Err(Error::config(format!(
                "KINWARD_NOTIFY_{name}: it is set, and nothing goes to GOV.UK Notify: write 'notify' for KINWARD_MAIL, KINWARD_PRINT or KINWARD_TEXTS, or leave it out"
            ))),
        };
    }
    let account = NotifyAccount {
        address: set("ADDRESS").unwrap_or_else(|| NOTIFY.into()).trim_end_matches('/').to_owned(),
        key_file: set("KEY_FILE")
            .ok_or_else(|| Error::config("KINWARD_NOTIFY_KEY_FILE: name the file that holds the API key"))?
            .into(),
        email_template: set("EMAIL_TEMPLATE"),
        text_template: set("TEXT_TEMPLATE"),
        postage: set("POSTAGE").unwrap_or_else(|| "second".into()),
        token_file: set("TOKEN_FILE").map(Into::into),
    };
    account.check(mail, texts)?;
    Ok(Some(account))
}

impl NotifyAccount {
    /// # Errors
    /// What would be half a set-up.
    pub fn check(&self, mail: &MailTo, texts: TextTo) -> Result<()> {
        let local = ["http://127.0.0.1:", "http://localhost:"].iter().any(|at| self.address.starts_with(at));
        if !self.address.starts_with("https://") && !local {
            return Err(Error::config("KINWARD_NOTIFY_ADDRESS: it is spoken to by https"));
        }
        if *mail == MailTo::Notify && self.email_template.is_none() {
            return Err(Error::config(
                "KINWARD_NOTIFY_EMAIL_TEMPLATE: name the template for e-mail, with ((subject)) as its subject and ((text)) as its message",
            ));
        }
        if texts == TextTo::Notify && self.text_template.is_none() {
            return Err(Error::config(
                "KINWARD_NOTIFY_TEXT_TEMPLATE: name the template for text messages, with ((text)) as its message",
            ));
        }
        let is_id = |id: &String| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        for (name, id) in [("EMAIL_TEMPLATE", &self.email_template), ("TEXT_TEMPLATE", &self.text_template)] {
            if id.as_ref().is_some_and(|id| !is_id(id)) {
                return Err(Error::config(format!(
                    "KINWARD_NOTIFY_{name}: write the template's id, 36 characters"
                )));
            }
        }
        if !["first", "second", "economy"].contains(&self.postage.as_str()) {
            return Err(Error::config("KINWARD_NOTIFY_POSTAGE: write 'first', 'second' or 'economy'"));
        }
        Ok(())
    }
}

fn mail() -> Result<MailTo> {
    match variable("KINWARD_MAIL").as_deref() {
        None | Some("files") => Ok(MailTo::Files),
        Some("smtp") => Ok(MailTo::Smtp {
            host: variable("KINWARD_SMTP_HOST")
                .ok_or_else(|| Error::config("KINWARD_SMTP_HOST: name the mail server"))?,
            port: u16::try_from(number("KINWARD_SMTP_PORT", 587)?)
                .map_err(|_| Error::config("KINWARD_SMTP_PORT: a port is at most 65535"))?,
            security: variable("KINWARD_SMTP_SECURITY").unwrap_or_else(|| "starttls".into()),
            user: variable("KINWARD_SMTP_USER"),
            password_file: variable("KINWARD_SMTP_PASSWORD_FILE").map(Into::into),
            authorities: variable("KINWARD_SMTP_AUTHORITIES").map(Into::into),
        }),
        Some("notify") => Ok(MailTo::Notify),
        Some(_) => Err(Error::config("KINWARD_MAIL: write 'files', 'smtp' or 'notify'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_database_without_tls_is_refused() {
        assert!(database_is_local("postgres://u:p@127.0.0.1:5432/k"));
        assert!(database_is_local("postgres:///k"));
        assert!(!database_is_local("postgres://u:p@db.example:5432/k"));
        assert!(!database_is_local("postgres:///k?host=db.example"));
        assert!(!database_is_local("postgres://127.0.0.1/k?hostaddr=192.0.2.1"));
    }

    #[test]
    fn half_a_set_up_of_notify_is_refused() {
        let whole = NotifyAccount {
            address: NOTIFY.into(),
            key_file: "key".into(),
            email_template: Some("7b4f2a90-8f0e-4b0e-9d2c-5a4b1f6f2a11".into()),
            text_template: None,
            postage: "second".into(),
            token_file: None,
        };
        assert!(whole.check(&MailTo::Notify, TextTo::Nowhere).is_ok());
        assert!(whole.check(&MailTo::Notify, TextTo::Notify).is_err(), "a template for texts is missing");
        let changed = |change: fn(&mut NotifyAccount)| {
            let mut account = whole.clone();
            change(&mut account);
            account.check(&MailTo::Notify, TextTo::Nowhere)
        };
        assert!(changed(|account| account.email_template = None).is_err());
        assert!(changed(|account| account.email_template = Some("letter".into())).is_err());
        assert!(changed(|account| account.text_template = Some("sms".into())).is_err());
        assert!(changed(|account| account.postage = "pigeon".into()).is_err());
        assert!(changed(|account| account.address = "http://notify.example".into()).is_err());
        // Letters alone need no template.
        assert!(
            NotifyAccount { email_template: None, ..whole }.check(&MailTo::Files, TextTo::Nowhere).is_ok()
        );
    }

    #[test]
    fn only_this_machine_is_served_without_https() {
        let at = |address: &str| Config { address: address.into(), ..Config::from_environment().unwrap() };
        assert!(at("http://127.0.0.1:8080").check().is_ok());
        assert!(at("http://localhost").check().is_ok());
        assert!(at("http://localhost.elsewhere.example").check().is_err());
        assert!(at("http://clinic.example").check().is_err());
        assert!(at("https://clinic.example").check().is_ok());
    }
}
