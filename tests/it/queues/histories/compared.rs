//! Queues beside the states they stand for: what is missing, and what nothing asks for.
//! Must not know: how either came about.

use super::*;

type Item = (Queue, SubjectKind, String);

/// What is missing from the queues, and what stands there though nothing asks for it.
pub fn compare(world: &World) -> (Vec<Item>, Vec<Item>) {
    let today = world.house.clock.now().date();
    world.house.db.read(|conn| Ok(compare_on(conn, world.service.id, today))).unwrap()
}

pub fn compare_on(conn: &mut Conn, service: ServiceId, today: UtcDate) -> (Vec<Item>, Vec<Item>) {
    let mut wanted = BTreeSet::new();
    let mut ask = |kind, id: String, queues: Vec<Wanted>| {
        wanted.extend(queues.into_iter().map(|want| (want.queue, kind, id.clone())));
    };
    for (id, at) in state::result_states(conn, service).unwrap() {
        ask(SubjectKind::Result, id.to_string(), state::wanted(at));
    }
    for (id, at) in cascade::task::task_states(conn, service).unwrap() {
        ask(SubjectKind::Task, id.to_string(), cascade::steps::wanted(at, None));
        let ends_on = run_out::ends_on(conn, service, id).unwrap();
        ask(SubjectKind::Agreement, id.to_string(), run_out::wanted(at, ends_on, today));
    }
    for id in cascade::urgency::urgencies_open(conn, service).unwrap() {
        ask(SubjectKind::Urgency, id.to_string(), vec![Queue::Urgent.into()]);
    }
    for (id, reviewed) in emergency::emergency_states(conn, service).unwrap() {
        ask(SubjectKind::Emergency, id.to_string(), emergency::wanted(reviewed));
    }
    for (id, left) in recontact::recontact_states(conn, service).unwrap() {
        ask(SubjectKind::Recontact, id.to_string(), recontact::wanted(left));
    }
    for (id, at) in incident::incident_states(conn, service).unwrap() {
        ask(SubjectKind::Incident, id.to_string(), incident::wanted(at));
    }
    for (id, kind, outcome) in request::ask::request_states(conn, service).unwrap() {
        ask(SubjectKind::Request, id.to_string(), request::ask::wanted(kind, None, outcome));
    }
    for (id, at, by) in transfer::transfer_states(conn, service).unwrap() {
        ask(SubjectKind::Transfer, id.to_string(), transfer::wanted(at, by));
    }
    for id in wish::wishes_open(conn, service).unwrap() {
        ask(SubjectKind::Wish, id.to_string(), vec![Queue::Replies.into()]);
    }
    for (id, at) in letter::letter_states(conn, service).unwrap() {
        ask(SubjectKind::Letter, id.to_string(), letter::wanted(at));
    }
    for (id, at) in relative_result::relative_result_states(conn, service).unwrap() {
        let told = telling::is_told(conn, service, id).unwrap();
        ask(SubjectKind::RelativeResult, id.to_string(), said::wanted(at, told));
    }
    for (id, at) in answers::draft::answer_states(conn, service).unwrap() {
        ask(SubjectKind::Answer, id.to_string(), answers::draft::wanted(at));
    }
    for (task, at) in proxy_states(conn, service).unwrap() {
        ask(SubjectKind::Proxy, task, proxy::wanted(&at));
    }
    for (id, at, due) in call::call_states(conn, service).unwrap() {
        ask(SubjectKind::Call, id.to_string(), call::wanted(at, due));
    }
    for (id, at) in referral_states(conn, service).unwrap() {
        ask(SubjectKind::Referral, id.to_string(), referral::states::wanted(at, None));
    }
    for (id, at) in kept::personal_states(conn, service).unwrap() {
        ask(SubjectKind::PersonalLetter, id.to_string(), kept::wanted(at));
    }
    for (id, at) in intake::report_states(conn, service).unwrap() {
        ask(SubjectKind::Report, id.to_string(), unreadable::wanted(at));
    }
    for (id, _) in
        invitation_states(conn, service).unwrap().iter().filter(|(_, at)| *at == InvitationState::Locked)
    {
        ask(SubjectKind::Invitation, id.to_string(), vec![Queue::LockedCodes.into()]);
    }
    for post in
        outbox::post_list(conn, service, 10_000).unwrap().iter().filter(|post| post.state.is_trouble())
    {
        ask(SubjectKind::Post, post.id.to_string(), vec![Queue::ToSend.into()]);
    }
    for (id, closed) in inquiry::inquiry_states(conn, service).unwrap() {
        ask(SubjectKind::Inquiry, id.to_string(), inquiry::wanted(closed));
    }
    // Whether somebody has seen an objection stands in the record alone.
    let record = audit::of_service(conn, service).unwrap();
    let objections = |deed: Deed| {
        record.iter().filter(move |row| row.object_kind == "objection" && row.deed == deed.as_str())
    };
    let seen: BTreeSet<&str> = objections(Deed::WorkDone).map(|row| row.object_id.as_str()).collect();
    for id in objection::objections_unlifted(conn, service).unwrap() {
        // One that was seen is looked at again where it turned out that somebody else may have said it.
        let person = objection::objection_get(conn, service, id).unwrap().person_id;
        let doubted = whose_word::doubt_of(conn, service, person).unwrap();
        let doubted = doubted.is_some_and(|doubt| doubt.objection.id == id);
        if doubted || !seen.contains(id.as_str()) {
            ask(SubjectKind::Objection, id.to_string(), vec![Queue::Objections.into()]);
        }
    }
    for id in knows::misinformed_tasks(conn, service).unwrap() {
        ask(SubjectKind::Knowledge, id.to_string(), knows::wanted(true));
    }
    let items = work_open_all(conn, service).unwrap();
    let count = items.len();
    let open: BTreeSet<Item> =
        items.into_iter().map(|item| (item.queue, item.subject_kind, item.subject_id)).collect();
    assert_eq!(open.len(), count, "two items for one thing");
    (wanted.difference(&open).cloned().collect(), open.difference(&wanted).cloned().collect())
}
