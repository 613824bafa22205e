//! Pages of letters, of their sending and of their codes.
//! Must not know: findings; a page shows what the letter itself says.

mod back;
mod batch;
mod codes;
mod follow;
mod further;
mod held;
mod house;
mod own;
mod pack;
pub(in crate::clinic) mod personal;
mod reading;
mod returned;
mod sending;
mod sheet;
mod templates;
mod wordings;
mod words;

use crate::access::{
    Nothing,
    route::{Route, route},
};

pub const ROUTES: &[Route] = &[
    route!(POST "/tasks/{id}/letters" LetterDraft reading::draft, "Draft a letter to one relative at a level", form on "/tasks/{id}"),
    route!(GET "/tasks/{id}/follow-up" LetterDraft follow::page, "What follows a letter without an answer, to be looked at before it is sent"),
    route!(GET "/tasks/{id}/follow-up.pdf" LetterDraft follow::paper, "The same as it would be printed, with a code that opens nothing"),
    route!(POST "/tasks/{id}/follow-up" LetterDraft follow::send, "Send what follows a letter without an answer: one reminder, then a closing letter", form on "/tasks/{id}/follow-up"),
    route!(GET "/letters/{id}" LetterView reading::page, "A letter, with what may be done with it"),
    route!(GET "/letters/{id}/pdf" LetterView reading::pdf, "The letter's bytes, as they are printed"),
    route!(GET "/letters/{id}/as/{languages}/{size}" LetterDraft reading::as_read, "The letter as it would be printed in other languages or another size"),
    route!(GET "/letters/{id}/text" LetterView reading::text, "The letter as plain text"),
    route!(GET "/letters/{id}/words" LetterDraft words::list, "The words of one's own draft, and which of them may be changed"),
    route!(GET "/letters/{id}/words/{language}/{place}" LetterDraft words::block, "One block of a draft, to be changed"),
    route!(POST "/letters/{id}/words/{language}/{place}" LetterDraft words::change, "Change the words of one block, or only look what they would do", form on "/letters/{id}/words/{language}/{place}"),
    route!(POST "/letters/{id}/words/{language}/{place}/undo" LetterDraft words::undo, "Go back to the template's words for one block"),
    route!(POST "/letters/{id}/date" LetterDraft reading::redate, "Bring the date of one's own letter up to today, with the same words", form on "/letters/{id}"),
    route!(POST "/letters/{id}/submit" LetterDraft reading::submit, "Hand a draft to a second person"),
    route!(POST "/letters/{id}/exception" LetterDraft held::except, "Say why what the leak gate found in one's own draft may stand", form on "/letters/{id}"),
    route!(POST "/letters/{id}/inferable" LetterDraft held::accept, "Say why a letter is right though its reader can tell who was tested", form on "/letters/{id}"),
    route!(POST "/letters/{id}/approve" LetterApprove reading::approve, "Approve a letter and put it into the outbox"),
    route!(POST "/letters/{id}/return" LetterApprove reading::send_back, "Send a letter back to writing, with the reason", form on "/letters/{id}"),
    route!(GET "/letter-batches" BatchView batch::list, "Letters drafted or approved together: one's own, or by=all for those who oversee them; page="),
    route!(GET "/letter-batches/draft" LetterDraft batch::draft::page, "All relatives of whom the caller could draft a letter now: page="),
    route!(POST "/letter-batches/draft" LetterDraft batch::draft::start, "Draft a letter to each of them: level=allowed|L0|L1|L2, then=stays|hands_on", form on "/letter-batches/draft"),
    route!(GET "/families/{id}/letter-batch" LetterDraft batch::draft::page_of_family, "The same, of one family"),
    route!(POST "/families/{id}/letter-batch" LetterDraft batch::draft::start_of_family, "Draft a letter to each of one family", form on "/families/{id}/letter-batch"),
    route!(GET "/letter-batches/approve" LetterApprove batch::approve::page, "Letters that the caller could approve, each with what is its own and what was found in it: page="),
    route!(POST "/letter-batches/approve" LetterApprove batch::approve::start, "Approve those that are named, each by its id and the SHA-256 of its PDF: letters=[id.sha256]", form on "/letter-batches/approve"),
    route!(GET "/letter-batches/{id}" BatchView batch::page, "How far a batch is, and what is held, with the reason: show=held|done|waiting|left_out, page="),
    route!(POST "/letter-batches/{id}/cancel" BatchView batch::cancel, "End a batch; what is done stays done"),
    route!(GET "/results/{id}/pack" LetterDraft pack::page, "The sharing pack of a result: who is told by the proband, and their copies"),
    route!(POST "/results/{id}/pack" LetterDraft pack::draft, "Draft a copy for each relative the proband tells", form on "/results/{id}/pack"),
    route!(GET "/results/{id}/pack/letter.pdf" ResultView pack::pdf, "The proband's letter: their result, who should know, what can be done"),
    route!(POST "/tasks/{id}/copies" LetterDraft pack::draft_one, "Draft the copy that the proband gives to one relative", form on "/tasks/{id}"),
    route!(POST "/letters/{id}/handed" LetterDraft pack::handed, "Say that an approved copy was handed over", form on "/letters/{id}"),
    route!(POST "/relative-results/{id}/letter" LetterDraft own::result, "Draft the letter that tells a relative their own confirmed result", form on "/relative-results/{id}"),
    route!(POST "/objections/{id}/letter" LetterDraft own::stopped, "Draft the one letter that confirms an objection, where its person asked for one", form on "/objections/{id}"),
    route!(POST "/letters/{id}/replace" LetterDraft own::replaced, "Draft a letter that takes the place of one that has gone", form on "/letters/{id}"),
    route!(GET "/letters/{id}/sheet.pdf" ResultView sheet::sheet, "The separate sheet of a letter to the adoption register: who is who"),
    route!(GET "/results/{id}/gp" ResultView personal::gp, "Where the proband's own practice is written to"),
    route!(POST "/results/{id}/gp" ResultView personal::gp_draft, "Draft the letter to the proband's own practice", form on "/results/{id}/gp"),
    route!(POST "/tasks/{id}/address-letter" ResultView personal::address_draft, "Draft the letter that asks the proband where a relative lives now"),
    route!(GET "/personal-letters/{id}" ResultView personal::page, "A letter to or about the proband, with what may be done with it"),
    route!(GET "/personal-letters/{id}/letter.pdf" ResultView personal::pdf, "The bytes of an approved letter to or about the proband"),
    route!(POST "/personal-letters/{id}/approve" LetterApprove personal::approve, "Approve a letter to or about the proband as the second person"),
    route!(POST "/personal-letters/{id}/stop" LetterDraft personal::stop, "Stop a letter to or about the proband"),
    route!(GET "/tasks/{id}/houses" LetterDraft house::page, "Where a practice, a service or a register is written to about a relative"),
    route!(POST "/tasks/{id}/houses" LetterDraft house::draft, "Draft a letter about a relative to a practice, a service or a register", form on "/tasks/{id}/houses"),
    route!(GET "/templates" LetterView templates::list, "Every kind of letter, and which wording is approved"),
    route!(GET "/templates/{kind}/{language}" LetterView templates::page, "A template with made-up facts, and who has approved it"),
    route!(POST "/templates/{kind}/{language}/approve" TemplateApprove templates::approve, "Approve a template for the service", form on "/templates/{kind}/{language}"),
    route!(POST "/templates/{kind}/{language}/withdraw" TemplateApprove templates::withdraw, "Withdraw the approval of a template, with the reason", form on "/templates/{kind}/{language}"),
    route!(GET "/wordings" LetterView wordings::list, "The service's own wordings of templates"),
    route!(POST "/wordings" TemplateWrite wordings::begin, "Begin a wording of the service's own", form on "/wordings"),
    route!(GET "/wordings/{id}" LetterView wordings::page, "A wording: what differs from the published template, what keeps it from being used, made-up letters"),
    route!(POST "/wordings/{id}" TemplateWrite wordings::save, "Save what one wrote of a wording", form on "/wordings/{id}"),
    route!(POST "/wordings/{id}/submit" TemplateWrite wordings::submit, "Hand a wording to a second person"),
    route!(POST "/wordings/{id}/approve" TemplateApprove wordings::approve, "Approve a wording for the service", form on "/wordings/{id}"),
    route!(POST "/wordings/{id}/return" TemplateApprove wordings::send_back, "Send a wording back to its author"),
    route!(POST "/wordings/{id}/take-back" TemplateWrite wordings::take_back, "Take back a wording of one's own that waits for a second person"),
    route!(POST "/wordings/{id}/retire" TemplateApprove wordings::retire, "Retire a wording: nothing more is drafted with it", form on "/wordings/{id}"),
    route!(GET "/wordings/{id}/letters/{letter}" LetterDraft wordings::real, "A letter of one's own as it would be in a wording"),
    route!(GET "/further-languages" LetterView further::page, "The sentence in further languages on letters: what each says, who has approved it, which are chosen"),
    route!(POST "/further-languages" TemplateApprove further::choose, "Choose the further languages on the service's letters", form on "/further-languages"),
    route!(POST "/further-languages/{code}/approve" TemplateApprove further::approve, "Approve the sentence in one further language", form on "/further-languages"),
    route!(POST "/further-languages/{code}/withdraw" TemplateApprove further::withdraw, "Withdraw the approval of such a sentence, with the reason", form on "/further-languages"),
    route!(GET "/outbox" OutboxView sending::list, "Sendings, those in trouble first; no names"),
    route!(POST "/channels/resume" OutboxSettle sending::resume, "Try a paused way out again now"),
    route!(GET "/outbox/returned" OutboxSettle returned::page, "Where post that came back is entered"),
    route!(POST "/outbox/returned" OutboxSettle returned::enter, "Enter a letter that came back, by its code", form on "/outbox/returned"),
    route!(GET "/outbox/{id}" OutboxView sending::page, "One sending"),
    route!(POST "/outbox/{id}/settle" OutboxSettle sending::settle, "Say what became of a sending in trouble", form on "/outbox/{id}"),
    route!(GET "/invitations/{id}" CodeReopen codes::page, "The state of a letter's code"),
    route!(POST "/invitations/{id}/reopen" CodeReopen codes::reopen, "Open a locked code again"),
];

/// The first part of an id: enough to tell two rows of a list apart in a page's title.
fn short(id: &str) -> &str {
    id.split('-').next().unwrap_or_default()
}
