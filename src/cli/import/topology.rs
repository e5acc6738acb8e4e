//! `drsim import topology`: writes a scenario on a wide-area network.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Done, bad, title, write_scenario};
use crate::cli::refusal::Refusal;
use crate::import::natural;
use crate::import::wan::scenario::{WanOptions, scenario};
use crate::import::wan::summary::summary;
use crate::import::wan::{SOURCES, Wan, WanSource, import};
use crate::units::Rate;

/// Examples.
pub const EXAMPLES: &str = r#"Examples:
  drsim import topology Abilene.json -o wan.ron
  drsim import topology wan.graphml -o wan.ron --main Oslo --recovery Rome
  drsim import topology Renam.gml -o wan.ron

Where networks are found:
  gml, graphml       the Internet Topology Zoo, both of each network
  sndlib, sndlib-xml SNDlib: a network in the native format, or in XML
  node-link          networkx: json.dump(networkx.node_link_data(network), file)"#;

/// Arguments of `drsim import topology`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The file: node-link JSON, GraphML, GML or a network of SNDlib (native or XML), plain or .gz.
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Where to write the scenario, such as wan.ron; a file that is there is kept.
    #[arg(short, long = "out", alias = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// Its places and links.
    #[command(flatten)]
    pub flags: NetworkFlags,
    /// The kind of file, if its content does not tell: node-link, graphml, gml, sndlib or sndlib-xml.
    #[arg(long, value_name = "KIND", value_parser = source)]
    pub from: Option<WanSource>,
}

/// What is decided of a network.
#[derive(Args, Clone, Debug)]
pub struct NetworkFlags {
    /// Place of the main site [default: one of the two farthest apart].
    #[arg(long, value_name = "NAME", requires = "recovery")]
    pub main: Option<String>,
    /// Place of the recovery site [default: the other one].
    #[arg(long, value_name = "NAME", requires = "main")]
    pub recovery: Option<String>,
    /// Rate of links whose rate the file does not tell.
    #[arg(long, default_value = "1 Gbps", value_parser = rate)]
    pub rate: Rate,
    /// Kilometres of fibre that light travels in a millisecond; less, to allow for detours.
    #[arg(long, value_name = "KM", default_value = "200", value_parser = clap::value_parser!(u32).range(1..=300))]
    pub km_per_ms: u32,
}

/// Runs the command.
pub(super) fn run(args: &Arguments) -> Result<Done, Refusal> {
    let (wan, options) = read(&args.path, args.from, &args.flags)?;
    write_scenario(&args.output, &scenario(&wan, &options, &title(&args.output)))?;
    let wrote = format!("wrote {}", args.output.display());
    Ok(Done {
        text: summary(&wan, &options, args.flags.main.is_some()),
        wrote,
        left: Vec::new(),
        doubtful: Vec::new(),
        scenario: args.output.clone(),
    })
}

/// The network of a file, and which of its places are sites.
pub(super) fn read(
    path: &Path,
    source: Option<WanSource>,
    flags: &NetworkFlags,
) -> Result<(Wan, WanOptions), Refusal> {
    let file = super::open(path)?;
    let name = path.to_string_lossy();
    let wan = import(&name, file, source).map_err(|faults| bad(faults.to_string()))?;
    let named = flags.main.as_deref().zip(flags.recovery.as_deref());
    let (main, recovery) = match named {
        Some((main, recovery)) => (place(&wan, main)?, place(&wan, recovery)?),
        None => wan.extent().between,
    };
    if main == recovery {
        return Err(bad("the main site cannot be its own recovery site\n  help: name another --recovery"));
    }
    if wan.lengths(main)[recovery].is_none() {
        let (main, recovery) = (&wan.nodes[main], &wan.nodes[recovery]);
        return Err(bad(format!("no path leads from {main} to {recovery}\n  help: choose other sites")));
    }
    let options = WanOptions { main, recovery, rate: flags.rate, km_per_ms: flags.km_per_ms };
    Ok((wan, options))
}

fn place(wan: &Wan, name: &str) -> Result<usize, Refusal> {
    let found = wan.nodes.iter().position(|node| node == name);
    let found = found.or_else(|| wan.nodes.iter().position(|node| node.eq_ignore_ascii_case(name)));
    found.ok_or_else(|| {
        let mut names: Vec<&str> = wan.nodes.iter().map(String::as_str).collect();
        names.sort_by(|a, b| natural(a, b));
        let shown = names.iter().take(40).copied().collect::<Vec<_>>().join(", ");
        let more = if names.len() > 40 { ", …" } else { "" };
        bad(format!("there is no place `{name}`\n  help: choose one of: {shown}{more}"))
    })
}

fn rate(text: &str) -> Result<Rate, String> {
    let rate = Rate::parse(text).map_err(|error| format!("{}; {}", error.reason, error.remedy))?;
    if rate.0 > 0 { Ok(rate) } else { Err("give more than nothing".into()) }
}

fn source(text: &str) -> Result<WanSource, String> {
    let names = SOURCES.map(|source| source.name).join(" or ");
    SOURCES.into_iter().find(|source| source.name == text).ok_or(format!("choose {names}"))
}
