//! `drsim explain`: what a code means, and what to do; which fact or rule of the model a text rests on.

use clap::Args;

use super::exit::Exit;
use super::printer::print;
use super::refusal::Refusal;
use crate::problem::closest;
use crate::problem::codes::{self, Code};

mod reference;
mod handbook;

use handbook::{Handbook, Rule};
use reference::{Item, Reference};

/// Arguments of `drsim explain`.
#[derive(Args)]
pub struct Arguments {
    /// A code such as W0302, or a rule such as "fact 1.20", S37, "trap T10" or "model §3"; without it codes are listed
    code: Vec<String>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    print(&answer(arguments).map_err(|unknown| refuse(&unknown))?)?;
    Ok(Exit::Ok)
}

fn answer(arguments: &Arguments) -> Result<String, Unknown> {
    let handbook = Handbook::read();
    if arguments.code.is_empty() {
        return Ok(list(codes::ALL) + &also(&handbook));
    }
    let asked = arguments.code.join(" ");
    let items = reference::items(&asked);
    let pages: Result<Vec<String>, Unknown> = items.iter().map(|item| page(&handbook, item)).collect();
    match pages {
        Ok(pages) if pages.is_empty() => Err(unknown(&handbook, &asked)),
        pages => Ok(pages?.join("\n")),
    }
}

/// What there is no page for.
struct Unknown {
    /// As it is called.
    name: String,
    /// Lines for what may have been meant.
    near: String,
}

fn refuse(unknown: &Unknown) -> Refusal {
    let near = match unknown.near.is_empty() {
        true => "`drsim explain` lists all".to_owned(),
        false => format!("did you mean:\n{}", unknown.near.trim_end()),
    };
    Refusal::wrong(format!("there is no {}", unknown.name), near)
}

/// The pages of one thing asked for.
fn page(handbook: &Handbook, item: &Item) -> Result<String, Unknown> {
    match item {
        Item::Rules(first, last) => {
            let rules = handbook.find(*first, *last).map_err(|name| unknown_rule(handbook, name))?;
            let pages: Vec<String> = rules.iter().map(|rule| handbook.text(rule)).collect();
            Ok(pages.join("\n"))
        }
        Item::Other(word) => codes::find(word).map(text).map_err(|_| unknown(handbook, word)),
    }
}

fn unknown_rule(handbook: &Handbook, name: Reference) -> Unknown {
    let near: Vec<&Rule> = handbook.near(name);
    Unknown { name: name.to_string(), near: near.into_iter().map(handbook::line).collect() }
}

/// For what is neither a code nor the name of a rule.
fn unknown(handbook: &Handbook, word: &str) -> Unknown {
    let mut near = codes::find(word).err().map(|near| list(&near)).unwrap_or_default();
    let names = handbook.names();
    let closest = closest(word, names.iter().map(String::as_str)).and_then(Reference::written);
    if let Some(Ok(rules)) = closest.map(|name| handbook.find(name, name)) {
        near.extend(rules.iter().map(handbook::line));
    }
    Unknown { name: format!("code `{word}`"), near }
}

fn list(codes: &[&Code]) -> String {
    codes.iter().map(|code| format!("  {}  {}\n", code.id, code.title)).collect()
}

/// The line that says what else is known.
fn also(handbook: &Handbook) -> String {
    let kind = |(first, last): (Reference, Reference)| {
        let last = last.to_string();
        format!("{first} to {}", last.rsplit(' ').next().unwrap_or_default())
    };
    let kinds: Vec<String> = handbook.kinds().into_iter().map(kind).collect();
    format!("also known: {}\n", kinds.join(", "))
}

fn text(code: &Code) -> String {
    let why = if code.why.is_empty() { String::new() } else { format!("Why it matters: {}.\n", code.why) };
    format!("{}: {}\n\n{}\n\n{why}What to do: {}.\n", code.id, code.title, code.explain, code.remedy)
}
