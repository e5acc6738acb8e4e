//! `drsim completions` and `drsim man`: what shells complete and the manual shows, from the command line itself.

use clap::{Args, Command};
use clap_complete::Shell;

use super::exit::Exit;
use super::printer::print_as_is;
use super::refusal::Refusal;

/// Arguments of `drsim completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell that completes
    shell: Shell,
}

/// Arguments of `drsim man`.
#[derive(Args)]
pub struct Man {
    /// The command whose page it is, such as `run` or `import churn`; without it that of drsim
    command: Vec<String>,
}

/// Prints a script for a shell.
pub fn complete(arguments: &Completions, mut command: Command) -> Result<Exit, Refusal> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "drsim", &mut script);
    printed(script)
}

/// Prints a page of the manual.
pub fn man(arguments: &Man, mut command: Command) -> Result<Exit, Refusal> {
    command.build();
    let mut page = &command;
    for word in &arguments.command {
        let Some(next) = page.find_subcommand(word) else {
            return Err(Refusal::unknown("command", word, page.get_subcommands().map(Command::get_name)));
        };
        page = next;
    }
    let mut roff = Vec::new();
    clap_mangen::Man::new(page.clone()).render(&mut roff).expect("a page is written to memory");
    printed(roff)
}

/// Both are made of names and help of our own.
fn printed(text: Vec<u8>) -> Result<Exit, Refusal> {
    let text = String::from_utf8(text).expect("help is text");
    print_as_is(&text)?;
    Ok(Exit::Ok)
}
