//! `drsim explain`: what a code means, and what to do; which fact or rule of the model a text rests on.

use clap::Args;
use serde::Serialize;

use super::exit::Exit;
use super::form::Form;
use super::printer::{print, print_json};
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
    #[command(flatten)]
    form: Form,
}

/// What there is to say of a code or a rule.
#[derive(Serialize)]
struct Page {
    name: String,
    title: &'static str,
    /// Text, of a rule in Markdown.
    explain: &'static str,
    /// Why it matters, and what to do; of codes.
    #[serde(skip_serializing_if = "str::is_empty")]
    why: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    remedy: &'static str,
    /// As people read it.
    #[serde(skip)]
    text: String,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let handbook = Handbook::read();
    let is_list = arguments.code.is_empty();
    if is_list && arguments.form.is_text() {
        print(&(list(codes::ALL) + &also(&handbook)))?;
        return Ok(Exit::Ok);
    }
    let asked = arguments.code.join(" ");
    let pages = match is_list {
        true => codes::ALL.iter().map(|code| of_code(code)).collect(),
        false => pages(&handbook, &asked).map_err(|unknown| refuse(&unknown))?,
    };
    match arguments.form.is_text() {
        true => print(&pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n"))?,
        false => print_json(&pages)?,
    }
    Ok(Exit::Ok)
}

fn pages(handbook: &Handbook, asked: &str) -> Result<Vec<Page>, Unknown> {
    let items = reference::items(asked);
    let pages: Result<Vec<Vec<Page>>, Unknown> = items.iter().map(|item| page(handbook, item)).collect();
    let pages: Vec<Page> = pages?.into_iter().flatten().collect();
    if pages.is_empty() { Err(unknown(handbook, asked)) } else { Ok(pages) }
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
fn page(handbook: &Handbook, item: &Item) -> Result<Vec<Page>, Unknown> {
    match item {
        Item::Rules(first, last) => {
            let rules = handbook.find(*first, *last).map_err(|name| unknown_rule(handbook, name))?;
            Ok(rules.iter().map(|rule| of_rule(handbook, rule)).collect())
        }
        Item::Other(word) => {
            codes::find(word).map(|code| vec![of_code(code)]).map_err(|_| unknown(handbook, word))
        }
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

fn of_rule(handbook: &Handbook, rule: &Rule) -> Page {
    let (name, text) = (rule.name.to_string(), handbook.text(rule));
    Page { name, title: rule.title, explain: rule.text, why: "", remedy: "", text }
}

fn of_code(code: &'static Code) -> Page {
    let (name, text) = (code.id.to_owned(), text(code));
    Page { name, title: code.title, explain: code.explain, why: code.why, remedy: code.remedy, text }
}

fn text(code: &Code) -> String {
    let why = if code.why.is_empty() { String::new() } else { format!("Why it matters: {}.\n", code.why) };
    format!("{}: {}\n\n{}\n\n{why}What to do: {}.\n", code.id, code.title, code.explain, code.remedy)
}
