//! What is asked on the command line of `drsim plan`, read and resolved.

use super::super::files::Disk;
use super::super::refusal::{misread, usage};
use super::super::{BAD_INPUT, averages};
use super::{Arguments, EXAMPLES_ARE};
use crate::cli::printer::tell;
use crate::ids::Id;
use crate::inert::{lines, plain};
use crate::outage::Outage;
use crate::plan::Find;
use crate::plan::prices::{PRICES_BYTES_MAX, Prices};
use crate::plan::rates::Precision;
use crate::plan::{Ask, SECTIONS};
use crate::problem::closest;
use crate::scenario::{Loader, Scenario};
use crate::topology::Link;
use crate::units::{Rate, Ratio, Span, Time};

pub(super) fn ask(arguments: &Arguments, scenario: &Scenario) -> Result<Ask, u8> {
    let known: Vec<&str> = SECTIONS.iter().map(|(key, ..)| *key).collect();
    for question in &arguments.ask {
        if !known.contains(&question.as_str()) {
            return Err(unknown("--ask", "question", question, &known));
        }
    }
    let mut ask = Ask { sections: arguments.ask.clone(), ..Ask::default() };
    ask.rpos = arguments.rpo.iter().map(|text| span(text, "--rpo")).collect::<Result<_, u8>>()?;
    if !arguments.share.is_empty() {
        ask.shares = arguments.share.iter().map(|text| per_mille(text)).collect::<Result<_, u8>>()?;
        ask.shares.sort_unstable_by(|a, b| b.cmp(a));
        ask.shares.dedup();
    }
    ask.step = if arguments.exact { Precision::Unit } else { ask.step };
    ask.prices = arguments.prices.as_deref().map(|path| prices(scenario, path)).transpose()?;
    if ask.prices.is_none() && arguments.ask.iter().any(|question| question == "cost") {
        return Err(usage("`--ask cost` needs a price list: --prices FILE", EXAMPLES_ARE));
    }
    ask.find = arguments.find.iter().map(|word| find(word)).collect::<Result<_, u8>>()?;
    if !ask.find.is_empty() && ask.sections.is_empty() {
        ask.sections = vec!["inverse".into()];
    }
    ask.outages = arguments.outage.iter().map(|name| outage(scenario, name)).collect::<Result<_, u8>>()?;
    ask.windows = arguments.window.as_deref().map_or(Ok(Vec::new()), |text| window(scenario, text))?;
    ask.media_rate = arguments.media_rate.as_deref().map(|text| rate(text, "--media-rate")).transpose()?;
    ask.courier = arguments.courier.as_deref().map(|text| span(text, "--courier")).transpose()?;
    let ladder =
        arguments.ladder.iter().map(|text| rate(text, "--ladder")).collect::<Result<Vec<_>, u8>>()?;
    if !ladder.is_empty() {
        ask.ladder = ladder;
        ask.ladder.sort_unstable();
        ask.ladder.dedup();
    }
    ask.growth = averages::growth(&arguments.averages)?;
    let lengths = arguments.outage_length.iter().map(|text| outage_length(scenario, text));
    ask.outage_lengths = lengths.collect::<Result<_, u8>>()?;
    ask.threads = arguments.threads.count();
    ask.link = arguments.link.as_deref().map(|name| link(scenario, name)).transpose()?;
    Ok(ask)
}

fn prices(scenario: &Scenario, path: &str) -> Result<Prices, u8> {
    let refused = |reason: String| {
        tell(&format!("error: price list {}: {}", plain(path), lines(&reason)));
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
        usage(&format!("`--find {word}` is no question; there are: {words}"), EXAMPLES_ARE)
    })
}

fn outage(scenario: &Scenario, name: &str) -> Result<Id<Outage>, u8> {
    let outages = &scenario.outages;
    outages.entries().find(|(_, outage)| outage.name == name).map(|(id, _)| id).ok_or_else(|| {
        let names: Vec<&str> = outages.iter().map(|outage| outage.name.as_str()).collect();
        usage(&format!("there is no outage `{name}`; there are: {}", names.join(", ")), EXAMPLES_ARE)
    })
}

fn link(scenario: &Scenario, name: &str) -> Result<Id<Link>, u8> {
    let links = &scenario.topology.links;
    links.entries().find(|(_, link)| link.name == name).map(|(id, _)| id).ok_or_else(|| {
        let names: Vec<&str> = links.iter().map(|link| link.name.as_str()).collect();
        unknown("--link", "link", name, &names)
    })
}

/// Parts per thousand of `99.9 %`.
fn per_mille(text: &str) -> Result<u32, u8> {
    let ratio = Ratio::parse(text).map_err(|error| misread("--share", &error))?;
    if ratio > Ratio::ONE || ratio.0 % 1000 != 0 || ratio.0 == 0 {
        return Err(usage(
            &format!("--share: `{text}` is not between 0.1 and 100 %, in steps of 0.1 %"),
            EXAMPLES_ARE,
        ));
    }
    Ok(ratio.0 / 1000)
}

fn span(text: &str, flag: &str) -> Result<Span, u8> {
    Span::parse(text).map_err(|error| misread(flag, &error))
}

fn window(scenario: &Scenario, text: &str) -> Result<Vec<(Time, Time)>, u8> {
    match scenario.window(text) {
        Ok(open) if open.is_empty() => {
            Err(usage(&format!("--window: `{text}` never opens within the run"), EXAMPLES_ARE))
        }
        Ok(open) => Ok(open),
        Err(problem) => Err(usage(&format!("--window: {}", problem.what), &problem.remedy.to_string())),
    }
}

fn rate(text: &str, flag: &str) -> Result<Rate, u8> {
    match Rate::parse(text).map_err(|error| misread(flag, &error))? {
        Rate(0) => Err(usage(&format!("{flag}: `{text}` moves nothing"), EXAMPLES_ARE)),
        rate => Ok(rate),
    }
}

fn outage_length(scenario: &Scenario, text: &str) -> Result<Span, u8> {
    let length = span(text, "--outage-length")?;
    if length.0 == 0 || length.0.saturating_mul(2) > scenario.horizon.0 {
        let most = Span(scenario.horizon.0 / 2);
        let why = "what follows an outage is watched for as long again";
        return Err(usage(
            &format!("--outage-length: `{text}` is not above 0 and up to {most}: {why}"),
            EXAMPLES_ARE,
        ));
    }
    Ok(length)
}

/// A name that nothing bears, with what may be meant.
fn unknown(flag: &str, kind: &str, name: &str, known: &[&str]) -> u8 {
    let hint = match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("the scenario has no {kind}"),
        None => format!("there are: {}", known.join(", ")),
    };
    usage(&format!("{flag}: there is no {kind} `{name}`"), &hint)
}
