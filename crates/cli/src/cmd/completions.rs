//! `hognose completions` and `hognose man`: made from the definitions of the commands themselves.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::Outcome;
use crate::Arguments;

/// Print what a shell needs to complete commands and options
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
        hognose completions bash > ~/.local/share/bash-completion/completions/hognose\n  \
        hognose completions zsh > ~/.zfunc/_hognose\n  \
        hognose completions fish > ~/.config/fish/completions/hognose.fish")]
pub struct Opts {
    /// The shell
    shell: Shell,
}

/// Print a manual page, or write all of them
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose man | man -l -\n  hognose man compile | man -l -\n  hognose man --out-dir ~/.local/share/man/man1"
)]
pub struct ManOpts {
    /// The command that it is about; without one, hognose itself
    #[arg(conflicts_with = "out_dir")]
    command: Option<String>,
    /// Write the pages of all commands into DIR
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

pub fn run(opts: Opts) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(opts.shell, &mut Arguments::command(), "hognose", &mut text);
    io::stdout().write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}

pub fn man(opts: ManOpts) -> Outcome {
    if let Some(folder) = &opts.out_dir {
        write_all(folder)?;
        return Ok(ExitCode::SUCCESS);
    }
    let command = built();
    let page = match &opts.command {
        None => page(command)?,
        Some(name) => match subcommands(&command)
            .into_iter()
            .find(|found| found.1 == *name)
        {
            Some((command, _)) => page(command)?,
            None => return Err(format!("there is no command {name}").into()),
        },
    };
    io::stdout().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn write_all(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let command = built();
    for (command, name) in subcommands(&command) {
        std::fs::write(folder.join(format!("hognose-{name}.1")), page(command)?)?;
    }
    std::fs::write(folder.join("hognose.1"), page(command)?)
}

/// The definitions with the full names of the commands filled in.
fn built() -> Command {
    let mut command = Arguments::command();
    command.build();
    command
}

/// Each command and its own name.
fn subcommands(command: &Command) -> Vec<(Command, String)> {
    let commands = command.get_subcommands();
    commands
        .map(|command| (command.clone(), command.get_name().to_owned()))
        .collect()
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}
