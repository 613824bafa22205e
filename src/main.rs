//! The command line: stable words that scripts and tests depend on. Exit status 2 for bad input, 1 for a failed operation.
//! Must not know: any rule; each word calls one function.

use clap::{Parser, Subcommand};
use kinward::{
    command::{self, Conversion, DemoAsked},
    config::Wing,
    error::Result,
};
use kinward_pedigree::format::{CanRiskVersion, Format};
use std::{path::PathBuf, process::ExitCode};

/// A workflow system for clinical genetics services.
#[derive(Parser)]
#[command(name = "kinward", version, about)]
struct Line {
    #[command(subcommand)]
    word: Word,
}

#[derive(Subcommand)]
enum Word {
    /// A seeded clinic in a throw-away database, with staff's and relatives' pages.
    Demo {
        /// Port to listen on; 0 takes a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Where the throw-away database and letters go; a temporary folder without it.
        #[arg(long)]
        data: Option<PathBuf>,
        /// The whole story without a browser; its results go into this folder.
        #[arg(long, value_name = "DIR")]
        once: Option<PathBuf>,
        /// Every kind of letter in every language and size, as files in this folder; begin with index.html there.
        #[arg(long, value_name = "DIR", conflicts_with = "once")]
        letters: Option<PathBuf>,
        /// A laboratory report to tell the story with.
        #[arg(long, requires = "once")]
        report: Option<PathBuf>,
        /// A made-up clinic of so many families instead, to see how Kinward does at that size.
        #[arg(long, value_name = "N", conflicts_with_all = ["once", "letters"])]
        families: Option<u64>,
        /// Where that clinic is made: an empty database, sqlite:PATH or postgres://…; a file in the data folder without it.
        #[arg(long, requires = "families")]
        database: Option<String>,
        /// Another number makes other families.
        #[arg(long, requires = "families", default_value_t = 1)]
        seed: u64,
    },
    /// Serve pages and the API.
    Serve {
        #[arg(long, value_enum, default_value = "all")]
        wing: Wing,
    },
    /// Send what is due, until stopped.
    Work,
    /// Bring the database to this version.
    Migrate,
    /// Is this set-up fit to go live?
    Doctor,
    /// Keys that what is personal is sealed with.
    Keys {
        #[command(subcommand)]
        word: KeysWord,
    },
    /// Accounts of staff.
    Staff {
        #[command(subcommand)]
        word: StaffWord,
    },
    /// A laboratory report (FHIR R4 Bundle) into the first queue; prints the result's reference as JSON.
    Intake {
        file: PathBuf,
        /// Why it is taken in although one that says the same is there.
        #[arg(long)]
        again: Option<String>,
    },
    /// What comes back to the service's mailbox.
    Mail {
        #[command(subcommand)]
        word: MailWord,
    },
    /// Decisions as de-identified rows for one research project, under pseudonyms of the project's own key.
    Extract {
        /// A short code; the pseudonyms of two projects do not match.
        #[arg(long, value_name = "NAME")]
        project: String,
        /// The project's key; made, for its owner alone, where there is none. Keep it apart from the extract.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// A new folder for rows, schema and README.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Family trees.
    Pedigree {
        #[command(subcommand)]
        word: PedigreeWord,
    },
    /// Names of variants (HGVS).
    Variant {
        #[command(subcommand)]
        word: VariantWord,
    },
    /// Familial variant certificates.
    Certificate {
        #[command(subcommand)]
        word: CertificateWord,
    },
    /// Policy packs.
    Policy {
        #[command(subcommand)]
        word: PolicyWord,
    },
    /// The record of who did what.
    Audit {
        #[command(subcommand)]
        word: AuditWord,
    },
}

#[derive(Subcommand)]
enum KeysWord {
    /// Make the key file of a new installation, sealed under the secret.
    Make,
    /// Which keys are held, and how many data keys each version wraps.
    Status,
    /// A new key for one compartment (P, K, Y, D, F); everything is rewrapped while work goes on.
    Rotate {
        compartment: String,
        /// Go on with a rewrapping that was interrupted; makes no new key.
        #[arg(long)]
        resume: bool,
    },
    /// Forget a compartment's older keys, once nothing is wrapped with them.
    Retire { compartment: String },
    /// Write the key file of a wing that holds fewer keys, sealed under that wing's own secret.
    Share {
        #[arg(long, value_enum)]
        wing: Wing,
        file: PathBuf,
        #[arg(long)]
        secret: PathBuf,
    },
}

#[derive(Subcommand)]
enum StaffWord {
    /// Add a member of staff; the first one also opens the service. The password is read from standard input.
    Add {
        #[arg(long)]
        username: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        job_title: String,
        /// counsellor, clinician, administrator or guardian; may be given several times.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// Describes the service in TOML; needed once, with the first account.
        #[arg(long)]
        service: Option<PathBuf>,
    },
    /// What somebody is called under a letter in Welsh; without it nothing in Welsh is signed by them.
    Title {
        #[arg(long)]
        username: String,
        #[arg(long)]
        welsh: String,
    },
    /// Disable an account; its sessions end at once.
    Disable {
        #[arg(long)]
        username: String,
    },
}

#[derive(Subcommand)]
enum MailWord {
    /// A delivery status message (RFC 3464) about a notice of ours; `-` reads standard input. Prints what was stored as JSON.
    Intake { file: PathBuf },
}

#[derive(Subcommand)]
enum PedigreeWord {
    /// Check a file of families; says how many people each has and what cannot be, with the lines. `-` reads standard input.
    Check {
        file: PathBuf,
        /// The format of the file; without it, the one it looks like.
        #[arg(long, value_parser = command::format_named)]
        format: Option<Format>,
    },
    /// Write a file of families in another format; says on standard error what that format has no place for.
    Convert {
        file: PathBuf,
        /// ped, canrisk, ga4gh, phenopackets, fhir, sibships or table.
        #[arg(long, value_parser = command::format_named)]
        to: Format,
        /// The format of the file; without it, the one it looks like.
        #[arg(long, value_parser = command::format_named)]
        format: Option<Format>,
        /// The version of CanRisk to write, 1.0 to 4.0; without it, the one the file came in, or the newest.
        #[arg(long, value_parser = canrisk_version)]
        canrisk_version: Option<CanRiskVersion>,
        /// One family of several, by its name in the file.
        #[arg(long)]
        family: Option<String>,
        /// Where it goes; standard output without it.
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Draw the one family of a file.
    Draw(command::DrawAsked),
    /// Everyone's exact chance to carry a variant, from all results together.
    Risk(command::RiskAsked),
}

fn canrisk_version(number: &str) -> std::result::Result<CanRiskVersion, String> {
    CanRiskVersion::numbered(number).ok_or_else(|| "the versions are 1.0, 2.0, 3.0 and 4.0".to_owned())
}

#[derive(Subcommand)]
enum VariantWord {
    /// One JSON line a name; `-` reads one name a line from standard input, an empty one too. Exit status 2 if one is not
    /// valid.
    Check { name: String },
}

#[derive(Subcommand)]
enum CertificateWord {
    /// Check a certificate (JSON or FHIR) with this installation's key and register. Exit status 1 if it does not stand.
    Verify { file: PathBuf },
}

#[derive(Subcommand)]
enum PolicyWord {
    /// Check packs in files, or all that are built in.
    Check { files: Vec<PathBuf> },
    /// What two packs ask differently today; each is a name, or a file that ends in .toml. Exit status 1 where they differ.
    Diff { one: String, other: String },
    /// Put the service under another pack. What was decided before stands; letters that it does not allow are stopped.
    Use { pack: String },
}

#[derive(Subcommand)]
enum AuditWord {
    /// Follow the chain of every service, through an outside checkpoint where one is given.
    Verify {
        #[arg(long)]
        checkpoint: Option<PathBuf>,
    },
    /// Print a checkpoint of every service, to be kept elsewhere.
    Checkpoint,
}

/// Whoever reads the output may stop early (`kinward doctor | head -1`): that ends the command as it ends any other
/// program in a pipe, without a word.
fn end_quietly_when_nobody_reads() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let why = panic.payload().downcast_ref::<String>().map_or("", String::as_str);
        if why.starts_with("failed printing to std") && why.contains("Broken pipe") {
            std::process::exit(141);
        }
        told(panic);
    }));
}

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    match run(Line::parse().word) {
        Ok(status) => ExitCode::from(status),
        Err(problem) => {
            eprintln!("kinward: {problem}");
            if let Some(cause) = problem.cause() {
                eprintln!("  cause: {cause}");
            }
            ExitCode::from(problem.exit_status())
        }
    }
}

fn run(word: Word) -> Result<u8> {
    match word {
        Word::Demo { once: Some(into), report, .. } => command::demo_once(&into, report.as_deref()),
        Word::Demo { letters: Some(into), .. } => command::demo_letters(&into),
        Word::Demo { port, data, families: Some(families), database, seed, .. } => {
            command::demo_of_size(DemoAsked { families, seed, port, data, database })
        }
        Word::Demo { port, data, once: None, letters: None, families: None, .. } => command::demo(port, data),
        Word::Serve { wing } => command::serve(wing),
        Word::Work => command::work(),
        Word::Migrate => command::migrate(),
        Word::Doctor => command::doctor(),
        Word::Keys { word: KeysWord::Make } => command::keys_make(),
        Word::Keys { word: KeysWord::Status } => command::keys_status(),
        Word::Keys { word: KeysWord::Rotate { compartment, resume } } => {
            command::keys_rotate(&compartment, resume)
        }
        Word::Keys { word: KeysWord::Retire { compartment } } => command::keys_retire(&compartment),
        Word::Keys { word: KeysWord::Share { wing, file, secret } } => {
            command::keys_share(wing, &file, &secret)
        }
        Word::Staff { word: StaffWord::Add { username, name, job_title, role, service } } => {
            command::staff_add(&username, &name, &job_title, &role, service.as_deref())
        }
        Word::Staff { word: StaffWord::Title { username, welsh } } => command::staff_title(&username, &welsh),
        Word::Staff { word: StaffWord::Disable { username } } => command::staff_disable(&username),
        Word::Intake { file, again } => command::intake(&file, again.as_deref()),
        Word::Mail { word: MailWord::Intake { file } } => command::mail_intake(&file),
        Word::Extract { project, key, out } => command::extract(&project, &key, &out),
        Word::Pedigree { word: PedigreeWord::Check { file, format } } => {
            command::pedigree_check(&file, format)
        }
        Word::Pedigree {
            word: PedigreeWord::Convert { file, to, format, canrisk_version, family, output },
        } => {
            let conversion = Conversion { file, to, from: format, canrisk_version, family, output };
            command::pedigree_convert(&conversion)
        }
        Word::Pedigree { word: PedigreeWord::Draw(asked) } => command::pedigree_draw(&asked),
        Word::Pedigree { word: PedigreeWord::Risk(asked) } => command::pedigree_risk(&asked),
        Word::Variant { word: VariantWord::Check { name } } => command::variant_check(&name),
        Word::Certificate { word: CertificateWord::Verify { file } } => command::certificate_verify(&file),
        Word::Policy { word: PolicyWord::Check { files } } => command::policy_check(&files),
        Word::Policy { word: PolicyWord::Diff { one, other } } => command::policy_diff(&one, &other),
        Word::Policy { word: PolicyWord::Use { pack } } => command::policy_use(&pack),
        Word::Audit { word: AuditWord::Verify { checkpoint } } => {
            command::audit_verify(checkpoint.as_deref())
        }
        Word::Audit { word: AuditWord::Checkpoint } => command::audit_checkpoint(),
    }
}
