//! A fault of drsim itself: a panic is caught, told with what is needed to report it, and ends with [`Exit::Internal`].

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

use super::exit::Exit;
use super::printer::tell;
use crate::scenario::{Scenario, Sources};

/// The first panic: what it says and where, and the way to it where `RUST_BACKTRACE` asks for one.
static FIRST: Mutex<Option<(String, String)>> = Mutex::new(None);
/// The texts that were studied last.
static STUDIED: Mutex<Option<Sources>> = Mutex::new(None);

/// These texts are studied from now on.
pub(super) fn studies(sources: &Sources) {
    *STUDIED.lock().unwrap_or_else(PoisonError::into_inner) = Some(sources.clone());
    #[cfg(debug_assertions)]
    if std::env::var_os("DRSIM_TEST_FAULT").is_some() {
        panic!("a fault was asked for");
    }
}

/// The exit code of `work`; that of an error of drsim, told on stderr, where any thread of it ended in a panic.
pub(super) fn guarded(work: impl FnOnce() -> Exit) -> Exit {
    std::panic::set_hook(Box::new(note));
    let code = catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Internal);
    let first = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((first, way)) = first else { return code };
    let studied = STUDIED.lock().unwrap_or_else(PoisonError::into_inner).take();
    tell(&format!("internal error: {first}\n{}{way}", told(studied.as_ref())));
    Exit::Internal
}

/// Keeps the first panic; those that follow from it say no more.
fn note(panic: &PanicHookInfo<'_>) {
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    if first.is_none() {
        let said = panic.payload_as_str().unwrap_or("a panic");
        let place = panic.location().map_or(String::new(), |place| format!(" at {place}"));
        let way = Backtrace::capture();
        let way = if way.status() == BacktraceStatus::Captured { format!("\n{way}") } else { String::new() };
        *first = Some((format!("{said}{place}"), way));
    }
}

/// What helps whoever mends it. The hash is worked out only now, and left out where that fails too.
fn told(studied: Option<&Sources>) -> String {
    let hash = |sources: &Sources| Scenario::from_sources(sources).ok().map(|(scenario, _)| scenario.hash());
    let hash = studied.and_then(|sources| catch_unwind(AssertUnwindSafe(|| hash(sources))).ok().flatten());
    let scenario = hash.map_or(String::new(), |hash| format!("  scenario {hash}\n"));
    format!(
        "This is a fault of drsim {}, not of what it was given; what it wrote before is whole, and nothing else was written.\n{scenario}\
         Please report it where this copy of drsim comes from, with these lines and the scenario.",
        env!("CARGO_PKG_VERSION")
    )
}
