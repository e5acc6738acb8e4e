//! `drsim plan`: capacity from simulation, or an estimate from averages.

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::files::{Disk, print};
use super::run::{columns, cores, refused, refused_one};
use super::{BAD_INPUT, INCONCLUSIVE, OK};
use crate::ids::Id;
use crate::outage::Outage;
use crate::plan::document::Document;
use crate::plan::inverse::Find;
use crate::plan::prices::{PRICES_BYTES_MAX, Prices};
use crate::plan::quick::Averages;
use crate::plan::search::Step;
use crate::plan::{Ask, SECTIONS, from_averages, plan};
use crate::report::plan::{json, terminal};
use crate::report::terminal::Screen;
use crate::scenario::{Loader, Scenario, Sources};
use crate::topology::Link;
use crate::units::{Bytes, Ratio, Span, UnitError};

const EXAMPLES: &str = "\
Examples:
  drsim plan dr/two-site.ron                          everything, from simulation
  drsim plan dr/two-site.ron --ask bandwidth --rpo 15m --rpo 1h
  drsim plan dr/two-site.ron --ask bandwidth --exact --max-time 60s
  drsim plan dr/two-site.ron --ask cost --prices prices.ron
  drsim plan dr/two-site.ron --find link-rate --find decision --outage hq-lost
  drsim plan --vms 200 --disks 2 --used \"60 GB\" --daily-change \"5 %\"   an estimate from averages
";

/// Arguments of `drsim plan`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    /// The scenario's main file; without one, averages are needed
    #[arg(required_unless_present = "vms", conflicts_with = "vms")]
    file: Option<String>,
    /// Only this question (repeatable; see the list at the end)
    #[arg(long, value_name = "QUESTION")]
    ask: Vec<String>,
    /// How little is enough: link-rate, throttle, interval, memory, hosts or decision (repeatable)
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
    /// Price list, for what designs cost in a year (docs/scenario.md shows one)
    #[arg(long, value_name = "FILE")]
    prices: Option<String>,
    /// Search to the last byte per second instead of 0.1 %
    #[arg(long)]
    exact: bool,
    /// Give up after this time, with exit code 3
    #[arg(long, value_name = "TIME")]
    max_time: Option<String>,
    /// Change a value of the scenario (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Print the plan as JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    averages: AverageArguments,
}

/// Averages, instead of a scenario (facts 7.1–7.3).
#[derive(Args)]
#[command(next_help_heading = "Averages, instead of a scenario")]
struct AverageArguments {
    /// VMs to replicate
    #[arg(long, value_name = "N")]
    vms: Option<u64>,
    /// Disks of a VM
    #[arg(long, value_name = "N", default_value_t = 1, requires = "vms")]
    disks: u64,
    /// Storage in use on one disk
    #[arg(long, value_name = "SIZE", requires = "vms")]
    used: Option<String>,
    /// Share of it written anew each day
    #[arg(long, value_name = "SHARE", default_value = "5 %", requires = "vms")]
    daily_change: String,
    /// Growth the plan must still hold with (planners take 30 %)
    #[arg(long, value_name = "SHARE", default_value = "0 %", requires = "vms")]
    growth: String,
    /// Bytes before ÷ bytes on the wire
    #[arg(long, value_name = "FACTOR", default_value = "1", requires = "vms")]
    compression: String,
    /// How far back recovery points reach
    #[arg(long, value_name = "TIME", default_value = "0h", requires = "vms")]
    retention: String,
    /// Time for one batch of first copies
    #[arg(long, value_name = "TIME", default_value = "24h", requires = "vms")]
    batch: String,
    /// VMs in a batch [default: all]
    #[arg(long, value_name = "N", requires = "vms")]
    vms_per_batch: Option<u64>,
    /// Write operations per second of all VMs together
    #[arg(long, value_name = "N", requires = "vms")]
    write_iops: Option<u64>,
}

/// Runs it; the exit code.
pub fn run(arguments: &Arguments) -> u8 {
    let document = match (&arguments.file, arguments.averages.vms) {
        (Some(file), _) => planned(arguments, file),
        (None, vms) => {
            averages(&arguments.averages, vms.unwrap_or(0)).map(|it| from_averages(&it, "estimate"))
        }
    };
    match document.and_then(|document| deliver(arguments, &document)) {
        Ok(()) => OK,
        Err(code) => code,
    }
}

fn deliver(arguments: &Arguments, document: &Document) -> Result<(), u8> {
    if arguments.json {
        return print(&json::write(document));
    }
    let next = match &arguments.file {
        Some(file) => format!("drsim plan {file} --json"),
        None => "drsim init two-site dr/, then drsim plan dr/two-site.ron".to_owned(),
    };
    print(&terminal::write(document, Screen { width: columns(), colour: true }, &next))
}

fn planned(arguments: &Arguments, file: &str) -> Result<Document, u8> {
    let mut sources = Sources::load(&Disk, file).map_err(|problems| refused(&problems))?;
    for change in &arguments.set {
        let Some((path, value)) = change.split_once('=') else {
            return Err(usage(&format!("`--set {change}` has no `=`")));
        };
        sources.set(path.trim(), value.trim()).map_err(refused_one)?;
    }
    let (scenario, warnings) = Scenario::from_sources(&sources).map_err(|problems| refused(&problems))?;
    if !arguments.json {
        anstream::eprint!("{}", warnings.render(true));
    }
    let ask = ask(arguments, &scenario)?;
    let limit = arguments.max_time.as_deref().map(|text| span(text, "--max-time")).transpose()?;
    let limit = limit.map(|span| Duration::from_micros(span.0));
    #[allow(clippy::disallowed_types, reason = "`--max-time` is about the wall clock")]
    let began = std::time::Instant::now();
    let bar = progress_bar();
    let document = plan(&scenario, &ask, &mut |what, done| {
        bar.set_message(what.to_owned());
        bar.set_position(done);
        limit.is_none_or(|limit| began.elapsed() < limit)
    });
    bar.finish_and_clear();
    document.map_err(|stopped| {
        let limit = arguments.max_time.as_deref().unwrap_or_default();
        anstream::eprintln!(
            "error: {stopped} after `--max-time {limit}`; nothing is answered\n  ask for less (--ask, --rpo, --share), or give it longer"
        );
        INCONCLUSIVE
    })
}

fn ask(arguments: &Arguments, scenario: &Scenario) -> Result<Ask, u8> {
    let known: Vec<&str> = SECTIONS.iter().map(|(key, _)| *key).collect();
    for question in &arguments.ask {
        if !known.contains(&question.as_str()) {
            return Err(usage(&format!(
                "there is no question `{question}`; there are: {}",
                known.join(", ")
            )));
        }
    }
    let mut ask = Ask { sections: arguments.ask.clone(), ..Ask::default() };
    ask.rpos = arguments.rpo.iter().map(|text| span(text, "--rpo")).collect::<Result<_, u8>>()?;
    if !arguments.share.is_empty() {
        ask.shares = arguments.share.iter().map(|text| per_mille(text)).collect::<Result<_, u8>>()?;
        ask.shares.sort_unstable_by(|a, b| b.cmp(a));
        ask.shares.dedup();
    }
    ask.step = if arguments.exact { Step::Unit } else { ask.step };
    ask.prices = arguments.prices.as_deref().map(|path| prices(scenario, path)).transpose()?;
    if ask.prices.is_none() && arguments.ask.iter().any(|question| question == "cost") {
        return Err(usage("`--ask cost` needs a price list: --prices FILE"));
    }
    ask.find = arguments.find.iter().map(|word| find(word)).collect::<Result<_, u8>>()?;
    if !ask.find.is_empty() && ask.sections.is_empty() {
        ask.sections = vec!["inverse".into()];
    }
    ask.outages = arguments.outage.iter().map(|name| outage(scenario, name)).collect::<Result<_, u8>>()?;
    ask.threads = cores();
    ask.link = arguments.link.as_deref().map(|name| link(scenario, name)).transpose()?;
    Ok(ask)
}

fn prices(scenario: &Scenario, path: &str) -> Result<Prices, u8> {
    let refused = |reason: String| {
        anstream::eprintln!("error: price list {path}: {reason}");
        BAD_INPUT
    };
    let bytes = Disk.load(path, PRICES_BYTES_MAX).map_err(|error| refused(error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| refused(format!("it is no text: {error}\n  save it as UTF-8")))?;
    Prices::parse(text.trim_start_matches('\u{feff}'), scenario)
        .map_err(|problems| problems.into_iter().map(refused).fold(BAD_INPUT, |_, code| code))
}

fn find(word: &str) -> Result<Find, u8> {
    Find::named(word).ok_or_else(|| {
        let words = Find::ALL.map(Find::word).join(", ");
        usage(&format!("`--find {word}` is no question; there are: {words}"))
    })
}

fn outage(scenario: &Scenario, name: &str) -> Result<Id<Outage>, u8> {
    let outages = &scenario.outages;
    outages.entries().find(|(_, outage)| outage.name == name).map(|(id, _)| id).ok_or_else(|| {
        let names: Vec<&str> = outages.iter().map(|outage| outage.name.as_str()).collect();
        usage(&format!("there is no outage `{name}`; there are: {}", names.join(", ")))
    })
}

fn link(scenario: &Scenario, name: &str) -> Result<Id<Link>, u8> {
    let links = &scenario.topology.links;
    links.entries().find(|(_, link)| link.name == name).map(|(id, _)| id).ok_or_else(|| {
        let names: Vec<&str> = links.iter().map(|link| link.name.as_str()).collect();
        usage(&format!("there is no link `{name}`; there are: {}", names.join(", ")))
    })
}

fn averages(arguments: &AverageArguments, vms: u64) -> Result<Averages, u8> {
    let ratio = |text: &str, flag: &str| Ratio::parse(text).map_err(|error| misread(flag, &error));
    let Some(used) = &arguments.used else {
        return Err(usage("averages need the storage in use on a disk: --used \"60 GB\""));
    };
    Ok(Averages {
        vms,
        disks: arguments.disks,
        used: Bytes::parse(used).map_err(|error| misread("--used", &error))?,
        daily_change: ratio(&arguments.daily_change, "--daily-change")?,
        growth: ratio(&arguments.growth, "--growth")?,
        compression: ratio(&arguments.compression, "--compression")?,
        retention: span(&arguments.retention, "--retention")?,
        batch: span(&arguments.batch, "--batch")?,
        vms_per_batch: arguments.vms_per_batch.unwrap_or(vms),
        write_iops: arguments.write_iops,
    })
}

/// Parts per thousand of `99.9 %`.
fn per_mille(text: &str) -> Result<u32, u8> {
    let ratio = Ratio::parse(text).map_err(|error| misread("--share", &error))?;
    if ratio > Ratio::ONE || ratio.0 % 1000 != 0 {
        return Err(usage(&format!("--share {text}: it lies between 0 and 100 %, in steps of 0.1 %")));
    }
    Ok(ratio.0 / 1000)
}

fn span(text: &str, flag: &str) -> Result<Span, u8> {
    Span::parse(text).map_err(|error| misread(flag, &error))
}

fn misread(flag: &str, error: &UnitError) -> u8 {
    anstream::eprintln!("error: {flag}: {}\n  {}", error.reason, error.remedy);
    BAD_INPUT
}

fn usage(what: &str) -> u8 {
    anstream::eprintln!("error: {what}\n  `drsim plan --help` shows examples");
    BAD_INPUT
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}, {elapsed} gone");
    ProgressBar::new(1000).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
