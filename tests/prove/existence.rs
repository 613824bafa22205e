//! Whoever has no letter cannot tell whether others have: the pages they can come to are the same whether a family's
//! letters have gone or none was ever written.
//! Must not know: how a page is made.

use crate::{
    compare::unified_bytes,
    plan::{Plan, Scene, What},
    play::{Play, unused_code},
    vary::Rng,
    visit::Holder,
    world::Template,
};
use kinward::error::Result;

/// Plays a plan in full, and the same plan without a word to any relative; then somebody without a letter looks around in
/// both at one moment. Answers what differs, how many answers were compared, and whether a letter had left in the one.
pub fn unseen(template: &Template, plan: &Plan) -> Result<(Option<String>, usize, bool)> {
    let mut silent = plan.clone();
    silent.commands.retain(|command| {
        !matches!(
            command.what,
            What::Basis(_)
                | What::Declined(_)
                | What::Letter(_)
                | What::Answer(_)
                | What::Withdraw(_)
                | What::RelativeDied(_)
                | What::Send
                | What::Visit(..)
                | What::Amended
        )
    });
    let mut seen = Vec::new();
    let mut left = Vec::new();
    for plan in [plan, &silent] {
        let mut play = Play::new(template, plan, 0)?;
        for command in &plan.commands {
            // What the rules refuse here was refused in the pair as well.
            let _ = play.carry_out(command);
        }
        left.push(play.world.left_the_house().len());
        play.world.clock.settle();
        play.world.clock.advance_days(40);
        play.take_seen();
        play.world.chance.begin("somebody without a letter");
        let mut rng = Rng::new(plan.seed, "somebody without a letter");
        // A relative of the family who was not written to comes with a code that is none, and with their own date of birth.
        let born = plan.families[0].relatives[0].born;
        play.visit(&Holder { code: unused_code(), born, task: None }, Scene::WrongCode)?;
        play.visit(&Holder { code: unused_code(), born, task: None }, Scene::WrongDates(1 + rng.below(6)))?;
        play.visit(&Holder { code: unused_code(), born, task: None }, Scene::Before("later"))?;
        play.stranger()?;
        seen.push(play.take_seen());
    }
    let other = seen.pop().unwrap_or_default();
    let one = seen.pop().unwrap_or_default();
    assert_eq!(left[1], 0, "a letter left where none was written");
    let differs =
        one.iter().zip(&other).find(|(one, other)| (&one.name, &one.bytes) != (&other.name, &other.bytes));
    let told = differs.map(|(one, other)| {
        format!("{} tells whether others had letters:\n{}", one.name, unified_bytes(&one.bytes, &other.bytes))
    });
    let told = told.or((one.len() != other.len()).then(|| "not as many answers".to_owned()));
    Ok((told, one.len(), left[0] > 0))
}
