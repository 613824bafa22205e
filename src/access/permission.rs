//! Roles, permissions and the one table between them. docs/permissions.txt shows it to people; a test compares.
//! Must not know: who holds a role.

use crate::db::closed;

closed! {
    /// What a member of staff is in the service.
    pub enum Role {
        Counsellor = "counsellor",
        Clinician = "clinician",
        Administrator = "administrator",
        Guardian = "guardian",
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal : $($role:ident)|+),* $(,)?) => {
        closed! {
            /// One thing that a role may or may not do.
            pub enum Permission { $($(#[$doc])* $name = $text),* }
        }

        impl Permission {
            /// The roles that have it: the whole table, and nothing else decides.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Permission::$name => &[$(Role::$role),+]),* }
            }
        }

        /// A marker for each permission, so that a handler can ask for it in its arguments.
        pub mod may {
            $(
                #[derive(Debug, Clone, Copy)]
                pub struct $name;
                impl super::May for $name { const PERMISSION: super::Permission = super::Permission::$name; }
            )*
        }
    };
}

/// Implemented by the markers in `may` and by nothing else.
pub trait May: 'static {
    const PERMISSION: Permission;
}

permissions! {
    /// Home, queues, own account.
    QueueView = "queue.view": Counsellor | Clinician | Administrator | Guardian,
    QueueTake = "queue.take": Counsellor | Clinician | Administrator | Guardian,
    /// Say who is in which team and who leads it, and who stands in for a colleague.
    TeamSet = "team.set": Clinician | Administrator,
    ReportIntake = "report.intake": Counsellor | Clinician | Administrator,
    /// Reports that could not be read hold personal findings too.
    ReportUnreadable = "report.unreadable": Counsellor | Clinician,
    FamilyView = "family.view": Counsellor | Clinician | Administrator | Guardian,
    FamilyClaim = "family.claim": Counsellor | Clinician | Administrator | Guardian,
    /// Compartment P.
    ResultView = "result.view": Counsellor | Clinician,
    /// What a relative's own test said: written down by one, compared with its source by another.
    RelativeResultRecord = "relative_result.record": Counsellor | Clinician,
    RelativeResultConfirm = "relative_result.confirm": Counsellor | Clinician,
    FindingMark = "finding.mark": Counsellor | Clinician,
    /// Compartment Y: what it may mean that results contradict each other. For the one who decides what is disclosed; a
    /// counsellor who meets it asks them, and nobody else needs it.
    ContradictionView = "contradiction.view": Clinician,
    ContradictionRecord = "contradiction.record": Clinician,
    /// Issue and withdraw certificates of the familial variant.
    CertificateIssue = "certificate.issue": Counsellor | Clinician,
    /// Say that a person is reached in one way only, or not at all for now; and read why.
    SafetySet = "safety.set": Counsellor | Clinician,
    SafetyRelease = "safety.release": Clinician,
    PersonEdit = "person.edit": Counsellor | Clinician | Administrator,
    /// Everything that ties people: couples, twins, and how a parent is one.
    PedigreeEdit = "pedigree.edit": Counsellor | Clinician,
    /// Bring in families and relatives of an older system, many at once; nothing personal comes in by this way.
    ImportRun = "import.run": Counsellor | Administrator,
    /// Say that two files are of one family, and that they are not: it lets each know that the other is there.
    KindredJoin = "kindred.join": Clinician,
    /// A family as a file with names, ages and conditions; on the record, with a reason.
    PedigreeExport = "pedigree.export": Counsellor | Clinician,
    /// Compartment Y: adoption, donors, who carried a pregnancy. Everybody else is shown the family by law.
    SealedView = "sealed.view": Counsellor | Clinician,
    TaskView = "relative_task.view": Counsellor | Clinician | Administrator | Guardian,
    TaskMove = "relative_task.move": Counsellor | Clinician,
    /// Say that there is a new treatment for a condition: those closed because of it are looked at again.
    TreatmentMark = "treatment.mark": Clinician | Administrator,
    /// Record that somebody got what was not for them, and what was done about it.
    IncidentRecord = "incident.record": Counsellor | Clinician | Guardian,
    /// Offer a family to another service, and record what it answered.
    TransferRecord = "transfer.record": Counsellor | Clinician,
    ConversationRecord = "conversation.record": Counsellor | Clinician,
    /// Compartment D.
    ReasoningView = "reasoning.view": Counsellor | Clinician | Guardian,
    /// Answer worked cases. Somebody who decides nothing may train, too.
    TrainingTake = "training.take": Counsellor | Clinician | Guardian,
    ConsentRecord = "consent.record": Counsellor | Clinician,
    DecisionRecord = "decision.record": Clinician,
    /// Say whether a decision that did not wait was right to: another clinician, or the Guardian where there is none.
    EmergencyReview = "emergency.review": Clinician | Guardian,
    /// Whoever answers the telephone writes down what was said; reading it again is compartment D.
    CallTake = "call.take": Counsellor | Clinician | Administrator,
    /// What somebody told who rang, and which family it is about.
    CallMatch = "call.match": Counsellor | Clinician,
    EnquiryRecord = "enquiry.record": Counsellor | Clinician | Administrator,
    LetterDraft = "letter.draft": Counsellor | Clinician,
    LetterView = "letter.view": Counsellor | Clinician | Administrator,
    LetterApprove = "letter.approve": Clinician | Counsellor,
    /// See what was drafted and approved together: one's own, and for those who answer for the service's letters, everybody's.
    BatchView = "letter_batch.view": Counsellor | Clinician,
    BatchOversee = "letter_batch.oversee": Clinician,
    /// Say that letters may be written with a template, and who has checked it.
    TemplateApprove = "template.approve": Clinician,
    TemplateWrite = "template.write": Counsellor | Clinician,
    OutboxView = "outbox.view": Counsellor | Clinician | Administrator,
    OutboxSettle = "outbox.settle": Clinician | Administrator,
    ReplyView = "reply.view": Counsellor | Clinician,
    /// Check by what somebody acts for a relative, agree to it or not, and hand out a second code.
    ProxyCheck = "proxy.check": Counsellor | Clinician,
    CodeReopen = "code.reopen": Counsellor | Clinician | Administrator,
    RecordView = "record.view": Guardian,
    /// What the service learns from its decisions: numbers, the chart of objections, inquiries. Nobody's words or name.
    ReportView = "report.view": Clinician | Guardian,
    /// How the cascade goes, as numbers, for those who run it too.
    CascadeReportView = "cascade_report.view": Counsellor | Clinician | Guardian,
    /// Ask the Guardian, write down what somebody asks about their data, ask for an extract.
    RequestMake = "request.make": Counsellor | Clinician,
    RequestView = "request.view": Counsellor | Clinician | Guardian,
    RequestSettle = "request.settle": Clinician,
    /// Advise, and agree that data leave for research.
    AdviceGive = "advice.give": Guardian,
    InquiryAnswer = "inquiry.answer": Clinician | Guardian,
    /// Keep a colleague out of a family that is their own, and lift that.
    ConflictSet = "conflict.set": Guardian,
}

/// True where one of `roles` has `permission`.
pub fn allows(roles: &[Role], permission: Permission) -> bool {
    permission.roles().iter().any(|needed| roles.contains(needed))
}

/// The matrix as people read it.
pub fn matrix() -> String {
    let mut text = format!("{:<24}", "permission");
    for role in Role::ALL {
        text.push_str(&format!("{:<15}", role.as_str()));
    }
    let mut text = format!("{}\n", text.trim_end());
    for permission in Permission::ALL {
        let mut line = format!("{:<24}", permission.as_str());
        for role in Role::ALL {
            line.push_str(&format!("{:<15}", if permission.roles().contains(role) { "yes" } else { "-" }));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_reads_no_personal_finding_and_no_reasoning() {
        for permission in [
            Permission::ResultView,
            Permission::ReasoningView,
            Permission::ReplyView,
            Permission::ReportUnreadable,
        ] {
            assert!(!allows(&[Role::Administrator], permission), "{permission}");
        }
    }

    #[test]
    fn whoever_draws_up_a_family_may_see_all_that_is_drawn() {
        for permission in [Permission::PedigreeEdit, Permission::PedigreeExport] {
            for role in permission.roles() {
                for needed in [Permission::ResultView, Permission::SealedView] {
                    assert!(needed.roles().contains(role), "{role} {permission} {needed}");
                }
            }
        }
    }

    #[test]
    fn what_a_contradiction_may_mean_is_for_those_who_decide_and_nobody_else() {
        for permission in [Permission::ContradictionView, Permission::ContradictionRecord] {
            assert_eq!(permission.roles(), [Role::Clinician], "{permission}");
        }
    }

    #[test]
    fn no_role_no_permission() {
        for permission in Permission::ALL {
            assert!(!allows(&[], *permission));
            assert!(!permission.roles().is_empty());
        }
    }
}
