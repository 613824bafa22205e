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
    },
}

/// Where a printed letter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintTo {
    /// One PDF a letter, in the data folder: the default.
    Files,
    /// A folder of PDFs with a manifest, collected by a printer.
    Batches,
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
        let config = Self {
            database: variable("KINWARD_DATABASE").unwrap_or_else(|| "sqlite:kinward.db".into()),
            connections: number("KINWARD_CONNECTIONS", 8)?,
            listen: variable("KINWARD_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".into()),
            address: address.trim_end_matches('/').to_owned(),
            data: variable("KINWARD_DATA").unwrap_or_else(|| "kinward-data".into()).into(),
            secret_file: variable("KINWARD_SECRET_FILE").map(Into::into),
            key_file: variable("KINWARD_KEYS").unwrap_or_else(|| "kinward.keys".into()).into(),
            vault: vault()?,
            mail: mail()?,
            mail_from: variable("KINWARD_MAIL_FROM").unwrap_or_else(|| "no-reply@kinward.invalid".into()),
            print: match variable("KINWARD_PRINT").as_deref() {
                None | Some("files") => PrintTo::Files,
                Some("batches") => PrintTo::Batches,
                Some(_) => return Err(Error::config("KINWARD_PRINT: write 'files' or 'batches'")),
            },
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
        }),
        Some(_) => Err(Error::config("KINWARD_MAIL: write 'files' or 'smtp'")),
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
    fn only_this_machine_is_served_without_https() {
        let at = |address: &str| Config { address: address.into(), ..Config::from_environment().unwrap() };
        assert!(at("http://127.0.0.1:8080").check().is_ok());
        assert!(at("http://localhost").check().is_ok());
        assert!(at("http://localhost.elsewhere.example").check().is_err());
        assert!(at("http://clinic.example").check().is_err());
        assert!(at("https://clinic.example").check().is_ok());
    }
}
