//! Work on several threads, told in order, with a bound on what is ahead.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

/// Pieces of work that may be under way or wait to be told, for each thread.
const AHEAD: usize = 2;

/// Does `count` pieces of work on `threads` threads, each of which takes the next one with a state of its own, and tells what came out
/// in order, on this thread, until it is told to stop. A panic of a piece is a panic here, in its turn.
pub(crate) fn in_order<State, Out: Send>(
    (count, threads): (usize, usize),
    begin: impl Fn() -> State + Sync,
    work: impl Fn(&mut State, usize) -> Out + Sync,
    mut tell: impl FnMut(Out) -> ControlFlow<()>,
) {
    if threads <= 1 {
        let mut state = begin();
        let _ = (0..count).try_for_each(|piece| tell(work(&mut state, piece)));
        return;
    }
    let desk = Desk::new(count, threads * AHEAD);
    thread::scope(|scope| {
        let _closing = Closing(&desk);
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                let mut state = begin();
                while let Some(piece) = desk.take() {
                    desk.put(piece, catch_unwind(AssertUnwindSafe(|| work(&mut state, piece))));
                }
            });
        }
        let _ = (0..count).try_for_each(|_| tell(desk.next().unwrap_or_else(|panic| resume_unwind(panic))));
    });
}

/// Where threads take work and leave what came out.
struct Desk<Out> {
    count: usize,
    ahead: usize,
    state: Mutex<State<Out>>,
    changed: Condvar,
}

struct State<Out> {
    /// The next piece that nobody has taken.
    free: usize,
    /// The next piece to be told.
    told: usize,
    /// What came out of it and of those after it.
    out: VecDeque<Option<thread::Result<Out>>>,
    closed: bool,
}

impl<Out> Desk<Out> {
    fn new(count: usize, ahead: usize) -> Self {
        let out = (0..ahead).map(|_| None).collect();
        let state = Mutex::new(State { free: 0, told: 0, out, closed: false });
        Desk { count, ahead, state, changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<Out>> {
        self.state.lock().expect("nobody panics at the desk")
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State<Out>>) -> MutexGuard<'a, State<Out>> {
        self.changed.wait(state).expect("nobody panics at the desk")
    }

    /// The next piece, as soon as it is not too far ahead; `None`: there is none, or nobody wants it any more.
    fn take(&self) -> Option<usize> {
        let mut state = self.lock();
        while !state.closed && state.free < self.count && state.free >= state.told + self.ahead {
            state = self.wait(state);
        }
        let piece = state.free;
        let is_wanted = !state.closed && piece < self.count;
        state.free += usize::from(is_wanted);
        is_wanted.then_some(piece)
    }

    fn put(&self, piece: usize, out: thread::Result<Out>) {
        let mut state = self.lock();
        let place = piece - state.told;
        state.out[place] = Some(out);
        self.changed.notify_all();
    }

    /// What came out of the next piece in order.
    fn next(&self) -> thread::Result<Out> {
        let mut state = self.lock();
        loop {
            if let Some(out) = state.out.front_mut().and_then(Option::take) {
                state.out.rotate_left(1);
                state.told += 1;
                self.changed.notify_all();
                return out;
            }
            state = self.wait(state);
        }
    }
}

/// Sends the threads home, also when telling panics.
struct Closing<'a, Out>(&'a Desk<Out>);

impl<Out> Drop for Closing<'_, Out> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Pieces 0 to 99 on some threads, the later ones faster; what was told, and the most pieces begun ahead of it.
    fn run(threads: usize, stop: usize, fails: Option<usize>) -> (Vec<usize>, usize) {
        let (told, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut seen = Vec::new();
        let work = |_: &mut (), piece: usize| {
            most.fetch_max(piece - told.load(Ordering::SeqCst).min(piece), Ordering::SeqCst);
            assert!(fails != Some(piece), "piece {piece} fails");
            (0..(100 - piece) * 500).for_each(|step| {
                std::hint::black_box(step);
            });
            piece
        };
        in_order(
            (100, threads),
            || (),
            work,
            |piece| {
                seen.push(piece);
                told.store(piece + 1, Ordering::SeqCst);
                if piece == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        (seen, most.into_inner())
    }

    #[test]
    fn everything_is_told_in_order_and_nobody_runs_far_ahead() {
        for threads in [1, 2, 3, 16] {
            let (seen, most) = run(threads, 1000, None);
            assert_eq!(seen, (0..100).collect::<Vec<_>>());
            assert!(most <= AHEAD * threads, "{most} ahead on {threads} threads");
            assert_eq!(run(threads, 41, None).0, (0..=41).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_panic_of_a_piece_comes_in_its_turn() {
        for threads in [1, 4] {
            let panic = catch_unwind(|| run(threads, 1000, Some(60))).unwrap_err();
            assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("piece 60 fails"));
        }
    }

    #[test]
    fn a_panic_of_the_teller_ends_the_threads() {
        let tell = |piece: usize| -> ControlFlow<()> { panic!("told {piece}") };
        let panic = catch_unwind(|| in_order((100, 4), || (), |_: &mut (), piece| piece, tell));
        assert_eq!(panic.unwrap_err().downcast_ref::<String>().map(String::as_str), Some("told 0"));
    }
}
