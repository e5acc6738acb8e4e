//! `drsim init`: a commented scenario to start from.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::files::shown;
use super::output::write_file;
use super::printer::{hint, print};
use super::refusal::Refusal;

/// Shipped examples: name, what it shows, text.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "tutorial",
        "a bad day, told in small steps: site lost, WAN halved, no VMM server, too little memory",
        include_str!("../../scenarios/tutorial.ron"),
    ),
    (
        "two-site",
        "two sites, 24 VMs in four applications, three outages",
        include_str!("../../scenarios/two-site.ron"),
    ),
    (
        "exercise",
        "first copies by night, then a test of the recovery plan in a network of its own",
        include_str!("../../scenarios/exercise.ron"),
    ),
    (
        "planned-failover-and-back",
        "a planned failover without loss, a weekend at the other site, failback",
        include_str!("../../scenarios/planned-failover-and-back.ron"),
    ),
    (
        "single-vmm",
        "one VMM server in a VM for both sites: failed over by hand, ahead of all others",
        include_str!("../../scenarios/single-vmm.ron"),
    ),
    (
        "site-loss-during-resync",
        "a host crash forces a resynchronisation; the site is lost before it ends",
        include_str!("../../scenarios/site-loss-during-resync.ron"),
    ),
    (
        "drill-meets-outage",
        "a test failover holds the memory that a real one needs",
        include_str!("../../scenarios/drill-meets-outage.ron"),
    ),
    (
        "policy-to-30s",
        "copy every 30 s instead of every 15 min, on a link that is or is not enough",
        include_str!("../../scenarios/policy-to-30s.ron"),
    ),
];

/// Arguments of `drsim init`.
#[derive(Args)]
pub struct Arguments {
    /// Name of a shipped example; without it all are listed
    example: Option<String>,
    /// Directory to write it to; made if it does not exist
    #[arg(default_value = ".")]
    directory: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let Some(name) = &arguments.example else { return list() };
    match EXAMPLES.iter().find(|(example, ..)| example == name) {
        Some((_, _, text)) => write(&arguments.directory, name, text),
        None => Err(Refusal::unknown("example", name, EXAMPLES.iter().map(|(name, ..)| *name))),
    }
}

fn list() -> Result<Exit, Refusal> {
    let lines: String = EXAMPLES.iter().map(|(name, about, _)| format!("{name:25}  {about}\n")).collect();
    print(&(lines + &hint("next: drsim init two-site dr/\n".into())))?;
    Ok(Exit::Ok)
}

fn write(directory: &Path, name: &str, text: &str) -> Result<Exit, Refusal> {
    let path = directory.join(format!("{name}.ron"));
    if path.exists() {
        let what = format!("{} exists; it is not overwritten", path.display());
        return Err(Refusal::wrong(what, format!("drsim init {name} another-directory/")));
    }
    write_file(&path, text.as_bytes())?;
    let path = shown(&path);
    print(&(format!("wrote {path}\n") + &hint(format!("next: drsim check {path}\n"))))?;
    Ok(Exit::Ok)
}
