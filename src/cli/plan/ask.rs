//! What is asked on the command line of `drsim plan`, read and resolved.

use super::{Arguments, EXAMPLES_ARE};
use crate::cli::averages;
use crate::cli::files::Disk;
use crate::cli::reading::outage;
use crate::cli::refusal::Refusal;
use crate::ids::Id;
use crate::plan::Find;
use crate::plan::prices::{PRICES_BYTES_MAX, Prices};
use crate::plan::rates::Precision;
use crate::plan::{Ask, SECTIONS};
use crate::scenario::{Loader, Scenario};
use crate::topology::Link;
use crate::units::{Rate, Ratio, Span, Time};

pub(super) fn ask(arguments: &Arguments, scenario: &Scenario) -> Result<Ask, Refusal> {
    let known: Vec<&str> = SECTIONS.iter().map(|(key, ..)| *key).collect();
    for question in &arguments.ask {
        if !known.contains(&question.as_str()) {
            return Err(Refusal::unknown("question", question, known));
        }
    }
    let mut ask = Ask { sections: arguments.ask.clone(), ..Ask::default() };
    ask.rpos = arguments.rpo.iter().map(|text| span(text, "--rpo")).collect::<Result<_, Refusal>>()?;
    if !arguments.share.is_empty() {
        ask.shares = arguments.share.iter().map(|text| per_mille(text)).collect::<Result<_, Refusal>>()?;
        ask.shares.sort_unstable_by(|a, b| b.cmp(a));
        ask.shares.dedup();
    }
    ask.step = if arguments.exact { Precision::Unit } else { ask.step };
    ask.prices = arguments.prices.as_deref().map(|path| prices(scenario, path)).transpose()?;
    if ask.prices.is_none() && arguments.ask.iter().any(|question| question == "cost") {
        return Err(Refusal::wrong("`--ask cost` needs a price list: --prices FILE", EXAMPLES_ARE));
    }
    ask.find = arguments.find.iter().map(|word| find(word)).collect::<Result<_, Refusal>>()?;
    if !ask.find.is_empty() && ask.sections.is_empty() {
        ask.sections = vec!["inverse".into()];
    }
    ask.outages =
        arguments.outage.iter().map(|name| outage(scenario, name)).collect::<Result<_, Refusal>>()?;
    ask.windows = arguments.window.as_deref().map_or(Ok(Vec::new()), |text| window(scenario, text))?;
    ask.media_rate = arguments.media_rate.as_deref().map(|text| rate(text, "--media-rate")).transpose()?;
    ask.courier = arguments.courier.as_deref().map(|text| span(text, "--courier")).transpose()?;
    let ladder =
        arguments.ladder.iter().map(|text| rate(text, "--ladder")).collect::<Result<Vec<_>, Refusal>>()?;
    if !ladder.is_empty() {
        ask.ladder = ladder;
        ask.ladder.sort_unstable();
        ask.ladder.dedup();
    }
    ask.growth = averages::growth(&arguments.averages)?;
    let lengths = arguments.outage_length.iter().map(|text| outage_length(scenario, text));
    ask.outage_lengths = lengths.collect::<Result<_, Refusal>>()?;
    ask.threads = arguments.threads.count();
    ask.link = arguments.link.as_deref().map(|name| link(scenario, name)).transpose()?;
    Ok(ask)
}

fn prices(scenario: &Scenario, path: &str) -> Result<Prices, Refusal> {
    let bytes = Disk.load(path, PRICES_BYTES_MAX);
    let bytes = bytes.map_err(|error| Refusal::Unreadable(path.to_owned(), error.to_string()))?;
    let no_text =
        |error| Refusal::wrong(format!("price list {path}: it is no text: {error}"), "save it as UTF-8");
    let text = String::from_utf8(bytes).map_err(no_text)?;
    let wrong = |problem: &str| Refusal::told(&format!("price list {path}: {problem}"));
    Prices::parse(text.trim_start_matches('\u{feff}'), scenario)
        .map_err(|problems| Refusal::All(problems.iter().map(|it| wrong(it)).collect()))
}

fn find(word: &str) -> Result<Find, Refusal> {
    Find::named(word).ok_or_else(|| Refusal::unknown("value to find", word, Find::ALL.map(Find::word)))
}

fn link(scenario: &Scenario, name: &str) -> Result<Id<Link>, Refusal> {
    let links = &scenario.topology.links;
    let found = links.entries().find(|(_, link)| link.name == name).map(|(id, _)| id);
    found.ok_or_else(|| Refusal::unknown("link", name, links.iter().map(|link| link.name.as_str())))
}

/// Parts per thousand of `99.9 %`.
fn per_mille(text: &str) -> Result<u32, Refusal> {
    let ratio = Ratio::parse(text).map_err(|error| Refusal::Misread("--share", error))?;
    if ratio > Ratio::ONE || ratio.0 % 1000 != 0 || ratio.0 == 0 {
        return Err(Refusal::wrong(
            format!("--share: `{text}` is not between 0.1 and 100 %, in steps of 0.1 %"),
            EXAMPLES_ARE,
        ));
    }
    Ok(ratio.0 / 1000)
}

fn span(text: &str, flag: &'static str) -> Result<Span, Refusal> {
    Span::parse(text).map_err(|error| Refusal::Misread(flag, error))
}

fn window(scenario: &Scenario, text: &str) -> Result<Vec<(Time, Time)>, Refusal> {
    match scenario.window(text) {
        Ok(open) if open.is_empty() => {
            Err(Refusal::wrong(format!("--window: `{text}` never opens within the run"), EXAMPLES_ARE))
        }
        Ok(open) => Ok(open),
        Err(problem) => {
            Err(Refusal::wrong(format!("--window: {}", problem.what), problem.remedy.to_string()))
        }
    }
}

fn rate(text: &str, flag: &'static str) -> Result<Rate, Refusal> {
    match Rate::parse(text).map_err(|error| Refusal::Misread(flag, error))? {
        Rate(0) => Err(Refusal::wrong(format!("{flag}: `{text}` moves nothing"), EXAMPLES_ARE)),
        rate => Ok(rate),
    }
}

fn outage_length(scenario: &Scenario, text: &str) -> Result<Span, Refusal> {
    let length = span(text, "--outage-length")?;
    if length.0 == 0 || length.0.saturating_mul(2) > scenario.horizon.0 {
        let most = Span(scenario.horizon.0 / 2);
        let why = "what follows an outage is watched for as long again";
        return Err(Refusal::wrong(
            format!("--outage-length: `{text}` is not above 0 and up to {most}: {why}"),
            EXAMPLES_ARE,
        ));
    }
    Ok(length)
}
