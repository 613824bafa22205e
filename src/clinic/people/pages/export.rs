//! A family leaving as a file: share-safe for whoever looks after it, whole with a permission and a reason on record.
//! Must not know: any one format.

use crate::{
    access::{
        Answer, Caller, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::people::{
        change::There,
        export::{export_list, export_record, share_safe as bare, whole, written},
    },
    db::Conn,
    error::{Error, Result},
    ids::FamilyId,
};
use actix_web::web;
use kinward_pedigree::format::{FamilyFile, Format};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct ExportPage {
    family: FamilyId,
    reference: String,
    safe: Vec<FormatShown>,
    /// Nothing where the caller may not.
    whole: Option<Vec<FormatShown>>,
    exports: Vec<ExportShown>,
}

#[derive(Serialize)]
struct FormatShown {
    name: &'static str,
    words: &'static str,
    /// What the format has no place for, of this family.
    lost: Vec<String>,
    /// Why it cannot be written at all.
    not: Option<String>,
}

#[derive(Serialize)]
struct ExportShown {
    at: String,
    by: String,
    format: String,
    why: String,
}

fn shown(file: &FamilyFile) -> Vec<FormatShown> {
    Format::ALL
        .into_iter()
        .filter(|format| format.writes())
        .map(|format| match written(file, format) {
            Ok(written) => {
                FormatShown { name: format.name(), words: format.words(), lost: written.lost, not: None }
            }
            Err(problem) => FormatShown {
                name: format.name(),
                words: format.words(),
                lost: Vec::new(),
                not: Some(problem.public().to_owned()),
            },
        })
        .collect()
}

/// Whether a caller may have everything: the file holds what people have and how a parent is one.
fn may_whole(caller: &Caller) -> bool {
    [Permission::PedigreeExport, Permission::ResultView, Permission::SealedView]
        .into_iter()
        .all(|needed| allows(&caller.roles, needed))
}

pub(super) async fn page(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = if may_whole(&caller) {
        house
            .act(&caller, move |act, _| {
                let proof = of.in_family(act.conn(), id)?;
                act.record(Deed::HealthRead, ("family", id.as_str()), Some(id), "what an export would lose")?;
                whole_page(act, &of, &proof)
            })
            .await?
    } else {
        house
            .read(move |conn, _| {
                let proof = of.in_family(conn, id)?;
                let there = There::with(conn, &proof, Default::default())?;
                Ok(ExportPage {
                    family: id,
                    reference: family_get(conn, &proof)?.reference,
                    safe: shown(&bare(&there)?),
                    whole: None,
                    exports: Vec::new(),
                })
            })
            .await?
    };
    Answer::page("family_export", format!("Family {} as a file", view.reference), &caller, view)
}

fn whole_page(act: &mut Act<'_>, caller: &Caller, proof: &InFamily) -> Result<ExportPage> {
    let there = There::read(act.conn(), proof)?;
    let reference = family_get(act.conn(), proof)?.reference;
    Ok(ExportPage {
        family: proof.family(),
        safe: shown(&bare(&there)?),
        whole: Some(shown(&whole(&there, &reference)?)),
        exports: exports(act.conn(), caller, proof)?,
        reference,
    })
}

fn exports(conn: &mut Conn, caller: &Caller, proof: &InFamily) -> Result<Vec<ExportShown>> {
    let names = staff_names(conn, caller.service)?;
    let named = |of| names.iter().find(|(id, _)| *id == of).map(|(_, name)| name.clone());
    Ok(export_list(conn, proof)?
        .into_iter()
        .map(|export| ExportShown {
            at: export.at.shown(),
            by: named(export.by).unwrap_or_else(|| "a former colleague".into()),
            format: Format::named(&export.format)
                .map_or(export.format.clone(), |format| format.words().to_owned()),
            why: export.why,
        })
        .collect())
}

/// A format of the address; anything else is no page of ours.
fn format_of(name: &str) -> Result<Format> {
    Format::named(name).filter(|format| format.writes()).ok_or_else(Error::not_found)
}

fn file(text: String, reference: &str, format: Format, safe: bool) -> Answer {
    let (kind, ending) = match format {
        Format::Ped => ("text/plain; charset=utf-8", "ped"),
        Format::CanRisk | Format::Sibships | Format::Gedcom => ("text/plain; charset=utf-8", "txt"),
        Format::Table => ("text/tab-separated-values; charset=utf-8", "tsv"),
        Format::Ga4gh | Format::Phenopackets | Format::Fhir => ("application/json", "json"),
    };
    let what = if safe { "share-safe" } else { reference };
    Answer::File {
        content_type: kind,
        name: Some(format!("{what}-{}.{ending}", format.name())),
        bytes: text.into_bytes(),
    }
}

pub(super) async fn share_safe(
    staff: Staff<may::FamilyView>,
    house: Here,
    path: web::Path<(FamilyId, String)>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (id, name) = path.into_inner();
    let format = format_of(&name)?;
    let text = house
        .read(move |conn, _| {
            let proof = caller.in_family(conn, id)?;
            let there = There::with(conn, &proof, Default::default())?;
            Ok(written(&bare(&there)?, format)?.text)
        })
        .await?;
    Ok(file(text, "", format, true))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportEntry {
    #[serde(default)]
    format: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn full(
    staff: Staff<may::PedigreeExport>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<ExportEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let ExportEntry { format, reason } = input.open(&caller)?;
    let of = caller.clone();
    let (text, reference, format) = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            if !may_whole(&of) {
                return Err(Error::not_allowed(Permission::PedigreeExport.as_str()));
            }
            let format = Format::named(&format)
                .filter(|format| format.writes())
                .ok_or_else(|| Error::bad_input("Choose a format. Nothing was exported.").at("format"))?;
            let there = There::read(act.conn(), &proof)?;
            let reference = family_get(act.conn(), &proof)?.reference;
            let text = written(&whole(&there, &reference)?, format)?.text;
            export_record(act, &proof, format, &reason)?;
            Ok((text, reference, format))
        })
        .await?;
    Ok(file(text, &reference, format, false))
}
