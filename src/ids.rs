//! The identities of things: one newtype each, so that no id can stand where another belongs.
//! Must not know: any table, and no order: ids are random (v4), because a sequence tells a relative how many came before.

use crate::db::text_column;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// What is wrong with a text that should be an id. Carries nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not one of our references")]
pub struct BadId;

/// An id as it is written: 36 characters of ASCII, kept spelt out so that both databases can borrow it.
type Spelt = [u8; 36];

fn spell(id: Uuid) -> Spelt {
    let mut spelt = [0u8; 36];
    id.hyphenated().encode_lower(&mut spelt);
    spelt
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(Spelt);

        impl $name {
            /// A new identity out of sixteen bytes of chance.
            pub fn new(chance: &dyn crate::clock::Chance) -> Self {
                let mut bytes = [0u8; 16];
                chance.fill(&mut bytes);
                Self(spell(uuid::Builder::from_random_bytes(bytes).into_uuid()))
            }
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                // Only the one canonical spelling: two spellings of an id are two ways past a check.
                let id = Uuid::try_parse(text).map_err(|_| BadId)?;
                let spelt = spell(id);
                if spelt == text.as_bytes() { Ok(Self(spelt)) } else { Err(BadId) }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.as_str()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
        text_column!($name);
    )*};
}

id! {
    /// The organisation.
    ServiceId,
    /// A member of staff.
    StaffId,
    /// A family file.
    FamilyId,
    PersonId,
    /// A laboratory report as it came in, readable or not.
    ReportId,
    ResultId,
    FindingId,
    /// A relative task: one at-risk relative's way through the cascade.
    TaskId,
    ConversationId,
    /// Words that are never to be shared.
    NeverShareId,
    ConsentId,
    /// A sheet that the proband signed.
    SheetId,
    DecisionId,
    ObjectionId,
    /// What a signal in the chart of objections sets going.
    InquiryId,
    /// What a relative knows of one topic.
    KnowledgeId,
    /// Somebody rang or wrote.
    EnquiryId,
    /// The same, before a family is known.
    CallId,
    /// Whether it is safe to reach somebody.
    SafetyId,
    /// A colleague kept out of a family.
    ConflictId,
    /// One worked case, answered by one member of staff.
    AttemptId,
    /// One passage through the one door from personal to familial.
    ReleaseId,
    /// What a relative's own test said.
    RelativeResultId,
    /// What only the sealed permission sees.
    SealedMatterId,
    /// A familial variant certificate; it stands on the certificate itself.
    CertificateId,
    /// That somebody was told what their own test said.
    TellingId,
    /// That somebody is responsible for a child.
    ResponsibilityId,
    /// A letter to the proband, or about them.
    PersonalLetterId,
    /// What was done about something that rested on an amended report.
    RecontactId,
    /// A decision that somebody has begun.
    DraftId,
    LetterId,
    /// A spreadsheet of what exists.
    ImportId,
    ImportFamilyId,
    /// Relatives counted by the worker, for reports.
    ReportCountId,
    /// Letters drafted or approved together.
    BatchId,
    BatchRowId,
    /// That a service may write with a template.
    ApprovalId,
    /// A reason why something the leak gate found may stand.
    ExceptionId,
    /// Words of one letter's own.
    OwnWordsId,
    /// A service's own wording of a template.
    WordingId,
    /// What the separate sheet to the adoption register rests on.
    RegisterSheetId,
    /// That a relative can tell who was tested was accepted, with a reason.
    InferableId,
    /// A code on a letter.
    InvitationId,
    /// One sending of a letter or notice by one channel.
    PostId,
    ReplyId,
    /// What a relative asks about their own details.
    WishId,
    /// What was answered to a relative who asked something.
    AnswerId,
    /// Somebody who acts for the person a letter is addressed to, or asked to.
    ProxyId,
    /// What staff checked of them.
    ProxyCheckId,
    /// A relative handed to their own service.
    ReferralId,
    /// One thing that was done about it.
    ReferralStepId,
    WorkItemId,
    /// Colleagues who share work.
    TeamId,
    /// That somebody is away and a colleague stands in.
    AbsenceId,
    /// What a list of work is narrowed to, kept under a name.
    SavedViewId,
    KinshipId,
    /// A couple, or people born together.
    TieId,
    /// One side of two files that are of one family.
    KindredId,
    /// What was changed in a family in one go.
    FamilyChangeId,
    /// A family that left as a file with names.
    FamilyExportId,
    RelationshipId,
    /// What became of a relative when their part was closed.
    ClosureId,
    /// What opens something that was closed.
    TriggerId,
    /// A new treatment for a condition.
    TreatmentId,
    /// One search for an address.
    SearchId,
    /// Somebody got what was not for them.
    IncidentId,
    /// A family given over to another service.
    TransferId,
    /// That a relative cannot wait.
    UrgencyId,
    SpokenReplyId,
    RequestId,
    /// That a decision was let go at once.
    EmergencyId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let chance = crate::clock::SeededChance::new(1);
        let id = PersonId::new(&chance);
        assert_eq!(id.to_string().parse::<PersonId>(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse::<PersonId>(), Err(BadId));
        assert_eq!(id.to_string().replace('-', "").parse::<PersonId>(), Err(BadId));
    }

    #[test]
    fn an_id_is_version_four() {
        let text = StaffId::new(&crate::clock::SeededChance::new(2)).to_string();
        assert_eq!(text.as_bytes()[14], b'4');
    }
}
