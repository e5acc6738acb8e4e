//! Fuzzing that stays: inputs changed at random go through whole commands, and nothing panics, hangs or loses a byte.
//!
//! `cargo test --test fuzz` tries the corpus as it is and a few changes of it. `DRSIM_FUZZ_SECONDS` is how long each target is fuzzed beyond
//! that, `DRSIM_FUZZ_SEED` which changes are drawn; a word of the command line chooses targets by name. What fails is kept under `target/fuzz/`,
//! and belongs into `fuzz/corpus/TARGET/` once it is mended.
//!
//! No coverage guides it, so that it runs wherever the tests do; changes follow the language instead: whole words, numbers and texts are
//! exchanged for others of the corpus and of `dictionary.txt`.
#![allow(clippy::disallowed_types, reason = "how long to fuzz, not what")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod change;
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use change::Dice;
use targets::{TARGETS, Target};

/// Changes of the corpus that are tried without being asked for more time.
const UNASKED: u64 = 100;

/// An input that takes longer hangs.
const HANGS: Duration = Duration::from_secs(120);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files of folders, in order of their names.
fn files(folders: &[&str]) -> Vec<Vec<u8>> {
    let entries = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).into_iter().flatten());
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Keeps an input that failed; where.
fn kept(target: &str, input: &[u8]) -> PathBuf {
    let folder = Path::new(option_env!("CARGO_TARGET_DIR").unwrap_or("target")).join("fuzz");
    let folder = root().join(folder);
    let _ = fs::create_dir_all(&folder);
    let path = folder.join(format!("{target}-{}", &blake3::hash(input).to_hex()[..16]));
    let _ = fs::write(&path, input);
    path
}

/// What is tried now, and since when.
type Now = Arc<Mutex<Option<(Instant, &'static str, Vec<u8>)>>>;

/// Ends the process where an input hangs.
fn watch(now: &Now) {
    let now = Arc::clone(now);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            if let Some((since, target, input)) = now.lock().unwrap().as_ref()
                && since.elapsed() > HANGS
            {
                eprintln!("{target}: more than {} s: {}", HANGS.as_secs(), kept(target, input).display());
                std::process::exit(1);
            }
        }
    });
}

/// Whether a target gets through an input.
fn survives(target: &Target, input: &[u8], now: &Now) -> bool {
    *now.lock().unwrap() = Some((Instant::now(), target.name, input.to_vec()));
    let survived = catch_unwind(|| (target.run)(input)).is_ok();
    *now.lock().unwrap() = None;
    if !survived {
        eprintln!("{}: failed: {}", target.name, kept(target.name, input).display());
    }
    survived
}

fn fuzz(target: &Target, now: &Now) -> bool {
    let corpus = files(target.corpus);
    assert!(!corpus.is_empty(), "{} has no corpus", target.name);
    let dictionary = fs::read_to_string(root().join("fuzz/dictionary.txt")).unwrap();
    let words: Vec<&str> = dictionary.lines().filter(|line| !line.is_empty()).collect();
    let mut failed = corpus.iter().filter(|input| !survives(target, input, now)).count();
    let limit = Duration::from_secs(number("DRSIM_FUZZ_SECONDS").unwrap_or(0));
    let mut dice = Dice(number("DRSIM_FUZZ_SEED").unwrap_or(1));
    let begin = Instant::now();
    let mut tried = 0;
    while tried < UNASKED || begin.elapsed() < limit {
        let input = change::changed(&corpus, &words, target.is_text, &mut dice);
        failed += usize::from(!survives(target, &input, now));
        tried += 1;
    }
    println!("fuzz {}: {} of the corpus, {tried} changes, {failed} failed", target.name, corpus.len());
    failed == 0
}

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if std::env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let now = Now::default();
    watch(&now);
    let wanted =
        |target: &&Target| asked.is_empty() || asked.iter().any(|word| target.name.contains(word.as_str()));
    let survived: Vec<bool> = TARGETS.iter().filter(wanted).map(|target| fuzz(target, &now)).collect();
    if survived.iter().all(|survived| *survived) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
