//! The subcommands, a file each.

mod ast;
mod check;
mod compile;
mod compileall;
mod completions;
mod dis;
mod dis_ir;
mod input;
mod inspect;
mod json;
mod load;
mod py_compile;
mod run;
mod run_help;
mod symtable;
mod tokens;
mod tree;
mod verify;
mod versions;

use std::process::ExitCode;

use hognose_version::{UnknownVersion, Version};

/// What a subcommand ends with.
pub type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

/// A version that can be compiled for, from the command line.
fn target(text: &str) -> Result<Version, String> {
    let version: Version = text
        .parse()
        .map_err(|error: UnknownVersion| error.to_string())?;
    match hognose_compile::can_compile_for(version) {
        true => Ok(version),
        false => {
            Err("it cannot be compiled for; `hognose versions` lists what can be done".to_owned())
        }
    }
}

#[derive(clap::Subcommand)]
pub enum Command {
    Ast(ast::Opts),
    Check(check::Opts),
    Compile(compile::Opts),
    Compileall(compileall::Opts),
    Completions(completions::Opts),
    Dis(dis::Opts),
    Inspect(inspect::Opts),
    Man(completions::ManOpts),
    PyCompile(py_compile::Opts),
    Run(run::Opts),
    Symtable(symtable::Opts),
    Tokens(tokens::Opts),
    Verify(verify::Opts),
    Versions(versions::Opts),
}

impl Command {
    pub fn run(self) -> Outcome {
        match self {
            Command::Ast(opts) => ast::run(opts),
            Command::Check(opts) => check::run(opts),
            Command::Compile(opts) => compile::run(opts),
            Command::Compileall(opts) => compileall::run(opts),
            Command::Completions(opts) => completions::run(opts),
            Command::Dis(opts) => dis::run(opts),
            Command::Inspect(opts) => inspect::run(opts),
            Command::Man(opts) => completions::man(opts),
            Command::PyCompile(opts) => py_compile::run(opts),
            Command::Run(opts) => run::run(opts),
            Command::Symtable(opts) => symtable::run(opts),
            Command::Tokens(opts) => tokens::run(opts),
            Command::Verify(opts) => verify::run(opts),
            Command::Versions(opts) => versions::run(opts),
        }
    }
}
