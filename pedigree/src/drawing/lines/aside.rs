//! Lines that would lie along each other step aside, and lines that are nearly straight become straight.
//! Must not know: families, or how high anything is.

use super::{Sibship, Stem};

/// Two lines nearer than this would be taken for one.
const SAME: f64 = 2.0;
/// Further from each other than this they need not be.
const CLEAR: f64 = 4.0;
/// How far a line moves: to a child, within the top of the symbol; a passing one, within its room; the children's line
/// of a couple, within the gap.
const PLAY: f64 = 5.0;
const PLAY_OF_A_COUPLE: f64 = 3.0;
/// A bend smaller than this looks like a slip of the pen.
const SLIP: f64 = 4.0;

/// Between two rows: moves the upright lines, those down to the bars and those down from them, a little. Only one that
/// comes down and one that goes on down can meet: lines of one kind have places of their own along the row. `begins`
/// says of a bond whether its couple stands on the row above; the other lines come from further up, where they stand.
pub(super) fn step_aside(channel: &mut [Sibship], begins: impl Fn(usize) -> bool) {
    for at in 0..channel.len() {
        straighten(channel, at);
    }
    for at in 0..channel.len() {
        let Some(here) = channel.get(at).filter(|here| begins(here.bond)) else { continue };
        let (bond, from) = (here.bond, here.from);
        let others = || channel.iter().filter(|other| other.bond != bond);
        let mut taken: Vec<f64> = others().flat_map(goes_on).collect();
        if meets(from, &taken) {
            taken.extend(others().map(|other| other.from));
            let moved = clearest(from, PLAY_OF_A_COUPLE, &taken);
            channel.iter_mut().skip(at).take(1).for_each(|here| here.from = moved);
        }
    }
    for at in 0..channel.len() {
        let Some(here) = channel.get(at) else { continue };
        let (bond, count) = (here.bond, here.stems.len());
        for number in 0..count {
            let others = channel.iter().filter(|other| other.bond != bond);
            let mut taken: Vec<f64> = others.map(|other| other.from).collect();
            let Some(x) = stem(channel, at, number).map(|stem| stem.x).filter(|&x| meets(x, &taken)) else {
                continue;
            };
            taken.extend(other_stems(channel, at, number));
            let moved = clearest(x, PLAY, &taken);
            stem(channel, at, number).into_iter().for_each(|stem| stem.x = moved);
        }
    }
}

/// A line that leads to one place only goes straight down, where its bend would be a slip of the pen.
fn straighten(channel: &mut [Sibship], at: usize) {
    let Some(here) = channel.get(at).filter(|here| here.stems.len() == 1) else { return };
    let from = here.from;
    if other_stems(channel, at, 0).iter().all(|other| (other - from).abs() >= CLEAR) {
        let slips = stem(channel, at, 0).filter(|stem| (stem.x - from).abs() < SLIP);
        slips.into_iter().for_each(|stem| stem.x = from);
    }
}

fn stem(channel: &mut [Sibship], at: usize, number: usize) -> Option<&mut Stem> {
    channel.get_mut(at).and_then(|here| here.stems.get_mut(number))
}

/// Where a bond's lines go on down from its bar; twins' lines part at one point.
fn goes_on(sibship: &Sibship) -> impl Iterator<Item = f64> {
    sibship.joints.iter().copied().chain(sibship.stems.iter().map(|stem| stem.x))
}

/// Where all lines go on down but this one.
fn other_stems(channel: &[Sibship], at: usize, number: usize) -> Vec<f64> {
    let places = channel.iter().enumerate().flat_map(|(of, sibship)| {
        let stems = sibship.stems.iter().enumerate();
        stems.filter(move |&(count, _)| (of, count) != (at, number)).map(|(_, stem)| stem.x)
    });
    places.collect()
}

fn meets(x: f64, taken: &[f64]) -> bool {
    taken.iter().any(|other| (other - x).abs() < SAME)
}

/// The place no further than `play` from `x` that is clear of all others, the nearest first; else the clearest.
fn clearest(x: f64, play: f64, taken: &[f64]) -> f64 {
    let clear = |place: f64| {
        let nearest = taken.iter().map(|other| (other - place).abs()).fold(f64::INFINITY, f64::min);
        nearest.min(CLEAR)
    };
    let halves = (1..).map(|step| f64::from(step) / 2.0).take_while(|&step| step <= play);
    let places = halves.flat_map(|step| [x + step, x - step]);
    places.fold(x, |best, place| if clear(place) > clear(best) + 1e-9 { place } else { best })
}

#[cfg(test)]
mod tests {
    use super::{super::Descent, *};

    fn to_child(bond: usize, from: f64, x: f64) -> Sibship {
        line(bond, from, Stem { x, child: Some((bond, Descent::Blood)) })
    }

    fn passing(bond: usize, from: f64, x: f64) -> Sibship {
        line(bond, from, Stem { x, child: None })
    }

    fn line(bond: usize, from: f64, stem: Stem) -> Sibship {
        Sibship { bond, from, joints: vec![stem.x], stems: vec![stem], lane: 0 }
    }

    /// The least distance between a line down to a bar and one that goes on down from another.
    fn least(channel: &[Sibship]) -> f64 {
        let of = |here: &Sibship| {
            let others = channel.iter().filter(|other| other.bond != here.bond).map(|other| other.from);
            let between = others.flat_map(|from| here.stems.iter().map(move |stem| (stem.x - from).abs()));
            between.fold(f64::INFINITY, f64::min)
        };
        channel.iter().map(of).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn a_line_that_passes_on_steps_aside_from_one_that_comes_from_further_up() {
        let mut channel = [passing(1, 100.0, 200.0), to_child(2, 199.0, 100.5)];
        step_aside(&mut channel, |_| false);
        assert!(least(&channel) >= CLEAR, "{channel:?}");
        assert_eq!((channel[0].from, channel[1].from), (100.0, 199.0), "where they come from stands already");
    }

    #[test]
    fn a_line_between_two_others_stays_apart_from_both() {
        let ways = [-6.0, -3.0, -1.0, 0.0, 1.0, 3.0, 6.0];
        for (one, other) in ways.iter().flat_map(|&one| ways.map(|other| (one, other))) {
            let mut channel = [
                to_child(1, 50.0, 200.0),
                to_child(2, 200.0 + one, 300.0),
                to_child(3, 200.0 + other, 400.0),
            ];
            step_aside(&mut channel, |bond| bond == 2);
            assert!(least(&channel) >= SAME, "{one} {other}: {channel:?}");
        }
    }

    #[test]
    fn a_bend_that_looks_like_a_slip_of_the_pen_is_made_straight() {
        let mut channel = [to_child(1, 100.0, 102.5)];
        step_aside(&mut channel, |_| true);
        assert!((channel[0].stems[0].x - 100.0).abs() < 1e-9);
    }
}
