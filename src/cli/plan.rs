//! `drsim plan`: capacity from simulation, or an estimate from averages.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;

use super::averages;
use super::exit::Exit;
use super::form::Form;
use super::limits::{Late, TimeLimit, Work, in_time};
use super::machine::{Threads, screen};
use super::output::{Folder, write_folder};
use super::printer::{hint, print, progress, warned};
use super::reading::{Change, Reading, meant};
use super::refusal::Refusal;
use crate::document::Document;
use crate::plan::{SECTIONS, Stopped, from_averages, plan_so_far, steps, unanswered};
use crate::problem::Problems;
use crate::report::plan::{PLAN, json, render, terminal};
use crate::scenario::work::counted;

mod ask;

use ask::ask;

const EXAMPLES: &str = "\
Examples:
  drsim plan dr/two-site.ron                          everything, from simulation
  drsim plan dr/two-site.ron --ask bandwidth --rpo 15m --rpo 1h
  drsim plan dr/two-site.ron --ask bandwidth --exact --max-time 60s
  drsim plan dr/two-site.ron --ask cost --prices prices.ron
  drsim plan dr/two-site.ron --find link-rate --find decision --outage hq-lost
  drsim plan dr/two-site.ron --out plan/              a page, a workbook, CSV, SVG, JSON
  drsim plan --vms 200 --disks 2 --used \"60 GB\" --daily-change \"5 %\"   an estimate from averages
  drsim plan --averages fleet.ron                     the same from a file
";

/// What helps against a wrong command line.
const EXAMPLES_ARE: &str = "`drsim plan --help` shows examples";

/// Help of --max-time.
const PARTLY: &str = "Stop after this time; what is answered by then is told, with exit code 3";

/// The list at the end of the help.
fn questions() -> String {
    let keys: Vec<&str> = SECTIONS.iter().map(|(key, ..)| *key).collect();
    format!("Questions: {}", keys.join(", "))
}

/// Arguments of `drsim plan`.
#[derive(Args)]
#[command(before_help = EXAMPLES, after_help = questions(), mut_arg("max_time", |it| it.help(PARTLY)))]
pub struct Arguments {
    /// The scenario's main file; without one, averages are needed
    #[arg(required_unless_present_any = ["vms", "averages"], conflicts_with_all = ["vms", "averages"])]
    file: Option<String>,
    /// Only this question (repeatable; see the list at the end)
    #[arg(long, value_name = "QUESTION")]
    ask: Vec<String>,
    /// How little is enough: link-rate, throttle, interval, memory, hosts, decision or operators (repeatable)
    #[arg(long, value_name = "WHAT")]
    find: Vec<String>,
    /// With --find: the outages in which objectives must hold (repeatable) [default: all]
    #[arg(long, value_name = "NAME")]
    outage: Vec<String>,
    /// RPO to plan for (repeatable) [default: the applications', 15m, 30m, 1h]
    #[arg(long, value_name = "TIME")]
    rpo: Vec<String>,
    /// Share of the time an RPO must hold, as "99.9 %" (repeatable) [default: 100, 99.9, 99, 95, 90 %]
    #[arg(long, value_name = "SHARE")]
    share: Vec<String>,
    /// The link in question [default: the one that most VMs replicate over]
    #[arg(long, value_name = "NAME")]
    link: Option<String>,
    /// Daily window in which first copies may be made, as "18:00 to 06:00" [default: that of resynchronisations, else all day]
    #[arg(long, value_name = "WINDOW")]
    window: Option<String>,
    /// Rate at which media of first copies are written and read [default: as written, else 100 MB/s]
    #[arg(long, value_name = "RATE")]
    media_rate: Option<String>,
    /// How long media travel [default: as written, else 1d]
    #[arg(long, value_name = "TIME")]
    courier: Option<String>,
    /// Length of a link outage to catch up from (repeatable) [default: 1h, 4h]
    #[arg(long, value_name = "TIME")]
    outage_length: Vec<String>,
    /// Rate of a link that can be bought (repeatable) [default: 10, 20, 50, 100, 155, 200, 500 Mbps, 1, 2, 5, 10 Gbps]
    #[arg(long, value_name = "RATE")]
    ladder: Vec<String>,
    /// Price list, for what designs cost in a year (docs/scenario.md shows one)
    #[arg(long, value_name = "FILE")]
    prices: Option<String>,
    /// Search to the last byte per second instead of three digits
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    averages: averages::AverageArguments,
    #[command(flatten)]
    reading: Reading,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    arguments.folder.path()?;
    let (document, stopped, warnings) = match &arguments.file {
        Some(file) => planned(arguments, file)?,
        None => {
            let (averages, title) = averages::read(&arguments.averages)?;
            (from_averages(&averages, &title), None, Problems::default())
        }
    };
    deliver(arguments, &document)?;
    if arguments.form.is_text() {
        warned(&warnings);
    }
    stopped.map_or(Ok(Exit::Ok), |stopped| Err(halted(arguments, &document, &stopped)))
}

/// Says what is answered and what is not.
fn halted(arguments: &Arguments, document: &Document, stopped: &Stopped) -> Refusal {
    let answered: Vec<&str> = document.sections.iter().map(|section| section.key).collect();
    let limit = arguments.time.limit().ok().flatten();
    let answered = if answered.is_empty() { "nothing".to_owned() } else { answered.join(", ") };
    let limit = limit.map_or_else(String::new, |limit| limit.to_string());
    let unanswered = document.unanswered.join(", ");
    let remedy = "ask for less (--ask, --rpo, --share), or give it longer";
    Refusal::Partly(
        format!("{stopped} after `--max-time {limit}`"),
        format!("{remedy}\n  answered: {answered}; not answered: {unanswered}"),
    )
}

/// Nothing of a plan without answers, unless a folder or JSON is asked for: those say so themselves.
fn deliver(arguments: &Arguments, document: &Document) -> Result<(), Refusal> {
    let folder = arguments.folder.path()?;
    if let Some(out) = folder {
        write_folder(out, &render(document, PLAN, &command_line(arguments), arguments.folder.texts()))?;
    }
    if !arguments.form.is_text() {
        return print(&json::write(document));
    }
    let next = match (folder, &arguments.file) {
        _ if document.sections.is_empty() => String::new(),
        (Some(out), _) => format!("open {}", out.join("plan.html").display()),
        (None, Some(file)) => format!("drsim plan {file} --out plan/"),
        (None, None) => "drsim init two-site dr/, then drsim plan dr/two-site.ron".to_owned(),
    };
    print(&terminal::write(document, screen(), &hint(next)))
}

/// What produced a plan: without its folder and its limit of time, which change nothing in it.
fn command_line(arguments: &Arguments) -> String {
    let mut words = vec!["drsim plan".to_owned()];
    words.extend(arguments.file.clone());
    let mut add = |flag: &str, values: &[String]| {
        words.extend(values.iter().map(|value| format!("{flag} \"{value}\"")));
    };
    add("--ask", &arguments.ask);
    add("--rpo", &arguments.rpo);
    add("--share", &arguments.share);
    add("--link", arguments.link.as_slice());
    add("--find", &arguments.find);
    add("--outage", &arguments.outage);
    add("--window", arguments.window.as_slice());
    add("--media-rate", arguments.media_rate.as_slice());
    add("--courier", arguments.courier.as_slice());
    add("--outage-length", &arguments.outage_length);
    add("--ladder", &arguments.ladder);
    add("--prices", arguments.prices.as_slice());
    words.extend(arguments.change.words());
    words.extend(arguments.exact.then(|| "--exact".to_owned()));
    words.extend(averages::command_line(&arguments.averages));
    words.extend(arguments.folder.words());
    words.extend(arguments.reading.words());
    words.join(" ")
}

fn planned(arguments: &Arguments, file: &str) -> Result<(Document, Option<Stopped>, Problems), Refusal> {
    let mut sources = arguments.reading.sources(file)?;
    arguments.change.apply(&mut sources)?;
    let (scenario, warnings) = meant(&sources)?;
    let ask = ask(arguments, &scenario)?;
    let limit = arguments.time.limit()?;
    let steps =
        arguments.work.admit(steps(&scenario, &ask), "ask for less: --ask, --find, --rpo, --share")?;
    let template =
        format!("{{bar:40}} {{percent:>3}} % of some {} steps  {{msg}}, {{elapsed}} gone", counted(steps));
    let bar = progress(1000, &template, String::new());
    let so_far = Arc::new(Mutex::new((unanswered(&scenario, &ask), "beginning".to_owned())));
    let (shown, kept) = (bar.clone(), Arc::clone(&so_far));
    let work = move || {
        let kept = || kept.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |what: &str, done: u64| {
            shown.set_message(what.to_owned());
            shown.set_position(done);
            what.clone_into(&mut kept().1);
            true
        };
        plan_so_far(&scenario, &ask, &told, &mut |document| kept().0.clone_from(document))
    };
    let planned = in_time(limit, work);
    bar.finish_and_clear();
    match planned {
        Ok((document, stopped)) => Ok((document, stopped, warnings)),
        Err(Late::Over(_)) => {
            let (document, what) = so_far.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Ok((document, Some(Stopped { what }), warnings))
        }
        Err(Late::Fault) => Err(Refusal::Fault),
    }
}
