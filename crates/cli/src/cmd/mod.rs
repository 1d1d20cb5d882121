//! The subcommands, a file each.

mod ast;
mod tokens;

use std::process::ExitCode;

/// What a subcommand ends with.
pub type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

#[derive(clap::Subcommand)]
pub enum Command {
    Ast(ast::Opts),
    Tokens(tokens::Opts),
}

impl Command {
    pub fn run(self) -> Outcome {
        match self {
            Command::Ast(opts) => ast::run(opts),
            Command::Tokens(opts) => tokens::run(opts),
        }
    }
}
