//! The ways out of the house as the configuration names them.
//! Must not know: what goes out by them.

use crate::{
    access::House,
    config::{MailTo, NotifyAccount, PrintTo, TextTo},
    error::{Error, Result},
    keys::token::signed_for,
    mail::{
        FileTransport, Notify, NotifyService, Postage, Sender, SmtpSecurity, SmtpServer, SmtpTransport,
        Timeouts, Transport, smtp::Credentials,
    },
    relative::{outbox::Channel, receipts::SHORTEST_TOKEN},
};
use std::{sync::Arc, time::Duration};

/// Source: security notes F-4; the whole stays below the lease.
pub const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    command: Duration::from_secs(60),
    reply: Duration::from_secs(300),
    whole: Duration::from_secs(600),
};

/// How paper leaves.
pub enum Paper {
    /// One letter at a time.
    Each(Box<dyn Transport>),
    /// All that is due in one folder for the printer.
    Batches(std::path::PathBuf),
}

/// The ways out of the house.
pub struct Transports {
    pub paper: Paper,
    pub email: Box<dyn Transport>,
    /// None where there is no way for text messages.
    pub text: Option<Box<dyn Transport>>,
    /// Host part of message ids; neutral.
    pub host: String,
}

impl Transports {
    /// As the configuration says.
    ///
    /// # Errors
    /// A mail server or provider that cannot be spoken to safely; a key or password file that cannot be read.
    pub fn from_config(house: &House) -> Result<Self> {
        Self::within(house, TIMEOUTS)
    }

    /// As `from_config`, with other people's patience.
    ///
    /// # Errors
    /// As `from_config`.
    pub fn within(house: &House, timeouts: Timeouts) -> Result<Self> {
        let config = &house.config;
        let sender = Sender::new("Health service", &config.mail_from)
            .map_err(|e| Error::config(format!("KINWARD_MAIL_FROM: {e}")))?;
        let host = config.mail_from.rsplit('@').next().unwrap_or("localhost").to_owned();
        let files = || Box::new(FileTransport::new(config.data.clone(), sender.clone()));
        let notify = || match &config.notify {
            Some(account) => Ok(Box::new(notify(house, account, timeouts)?)),
            None => Err(Error::config("KINWARD_NOTIFY_KEY_FILE: name the file that holds the API key")),
        };
        let email: Box<dyn Transport> = match &config.mail {
            MailTo::Files => files(),
            MailTo::Notify => notify()?,
            MailTo::Smtp { host: server, port, security, user, password_file, authorities } => {
                let password = password_file
                    .as_ref()
                    .map(std::fs::read_to_string)
                    .transpose()
                    .map_err(|e| Error::config(format!("KINWARD_SMTP_PASSWORD_FILE: {e}")))?;
                let extra_roots = authorities
                    .as_ref()
                    .map(std::fs::read)
                    .transpose()
                    .map_err(|e| Error::config(format!("KINWARD_SMTP_AUTHORITIES: {e}")))?;
                let server = SmtpServer {
                    host: server.clone(),
                    port: *port,
                    security: match security.as_str() {
                        "starttls" => SmtpSecurity::Required,
                        "tls" => SmtpSecurity::Implicit,
                        "none" => SmtpSecurity::NoneForLoopbackOnly,
                        _ => {
                            return Err(Error::config(
                                "KINWARD_SMTP_SECURITY: write 'starttls', 'tls' or 'none'",
                            ));
                        }
                    },
                    hello_name: host.clone(),
                    credentials: user
                        .clone()
                        .zip(password)
                        .map(|(user, text)| Credentials::new(user, text.trim_end().to_owned())),
                    extra_roots,
                    timeouts,
                };
                let transport = SmtpTransport::new(server, sender.clone())
                    .map_err(|e| Error::config(format!("the mail server cannot be used: {e}")))?;
                Box::new(transport)
            }
        };
        let paper = match config.print {
            PrintTo::Files => Paper::Each(files()),
            PrintTo::Batches => Paper::Batches(config.data.join("print")),
            PrintTo::Notify => Paper::Each(notify()?),
        };
        let text: Option<Box<dyn Transport>> = match config.texts {
            TextTo::Nowhere => None,
            TextTo::Files => Some(files()),
            TextTo::Notify => Some(notify()?),
        };
        Ok(Self { paper, email, text, host })
    }

    /// The way of one channel, where a program hands over what goes by it one at a time.
    pub(super) fn of(&self, channel: Channel) -> Option<&dyn Transport> {
        match (channel, &self.paper) {
            (Channel::Email, _) => Some(self.email.as_ref()),
            (Channel::Text, _) => self.text.as_deref(),
            (Channel::Paper, Paper::Each(way)) => Some(way.as_ref()),
            (Channel::Paper, Paper::Batches(_)) | (Channel::Hand, _) => None,
        }
    }
}

fn notify(house: &House, account: &NotifyAccount, timeouts: Timeouts) -> Result<Notify> {
    let told = |what: String| Error::config(format!("KINWARD_NOTIFY_KEY_FILE: {what}"));
    let text = std::fs::read_to_string(&account.key_file).map_err(|e| told(e.to_string()))?;
    let (issuer, secret) = api_key(text.trim()).ok_or_else(|| {
        told("write the key as GOV.UK Notify shows it: its name, the service's id and the secret, joined by hyphens".into())
    })?;
    if let Some(file) = &account.token_file {
        let token = std::fs::read_to_string(file).unwrap_or_default();
        if token.trim().len() < SHORTEST_TOKEN {
            return Err(Error::config(format!(
                "KINWARD_NOTIFY_TOKEN_FILE: {} holds no token of {SHORTEST_TOKEN} characters or more",
                file.display()
            )));
        }
    }
    let clock = Arc::clone(&house.clock);
    let sign = move || signed_for(&issuer, &secret, clock.now()).ok();
    let service = NotifyService {
        address: account.address.clone(),
        email_template: account.email_template.clone(),
        text_template: account.text_template.clone(),
        postage: match account.postage.as_str() {
            "first" => Postage::First,
            "economy" => Postage::Economy,
            _ => Postage::Second,
        },
        connect: timeouts.connect,
        whole: timeouts.command,
    };
    Notify::new(service, Box::new(sign)).map_err(|e| Error::config(format!("KINWARD_NOTIFY_ADDRESS: {e}")))
}

/// Service id and secret: the last two ids of `name-id-id`, where the name may hold hyphens too.
fn api_key(text: &str) -> Option<(String, String)> {
    let is_id = |id: &str| uuid::Uuid::try_parse(id).is_ok();
    let (start, secret) = text.split_at_checked(text.len().checked_sub(36)?)?;
    let start = start.strip_suffix('-')?;
    let (name, service) = start.split_at_checked(start.len().checked_sub(36)?)?;
    (name.len() > 1 && name.ends_with('-') && is_id(service) && is_id(secret))
        .then(|| (service.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_is_a_name_and_two_ids() {
        let (service, secret) =
            ("26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0");
        let read = Some((service.to_owned(), secret.to_owned()));
        assert_eq!(api_key(&format!("my_key-{service}-{secret}")), read);
        assert_eq!(api_key(&format!("our-letters-{service}-{secret}")), read);
        for wrong in [
            "",
            secret,
            &format!("{service}-{secret}"),
            &format!("-{service}-{secret}"),
            &format!("k-{service}-x{secret}"),
        ] {
            assert_eq!(api_key(wrong), None, "{wrong}");
        }
    }
}
