//! Start-up, loading of cached modules, and the room that objects take.

use super::child::{interleaved, run};
use super::rivals::Rival;
use super::{Plan, command};
use crate::Result;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Runs of a start-up per run of a program.
const TIMES: usize = 6;
const STARTS: [(&str, &[&str]); 3] = [
    ("`-c pass`", &["-c", "pass"]),
    ("`-S -c pass`", &["-S", "-c", "pass"]),
    (
        "`import typing, re, json, dataclasses, asyncio`",
        &["-c", "import typing, re, json, dataclasses, asyncio"],
    ),
];

/// How many objects are made to see what one takes.
const OBJECTS: usize = 1_000_000;
const KINDS: [&str; 9] = [
    "int",
    "int of 100 bits",
    "float",
    "str",
    "tuple of 2",
    "instance of 2 attributes",
    "instance of 2 slots",
    "dict of 3",
    "list of 3",
];

/// Processor time and memory until a program runs, with warm caches.
pub fn start(plan: &Plan, hognose: &Path, rivals: &[Rival]) -> Result<String> {
    let mut text = format!(
        "\nStart-up, medians of {} runs, caches warm; CPU milliseconds and peak memory.\n\n| what | hognose ms | MiB |",
        plan.runs * TIMES
    );
    for rival in rivals {
        write!(text, " {} ms | MiB |", rival.version)?;
    }
    writeln!(text, " ratio to 3.12.1 |")?;
    writeln!(text, "|---|---|---|{}---|", "---|---|".repeat(rivals.len()))?;
    for (name, arguments) in STARTS {
        let all = std::iter::once(None).chain(rivals.iter().map(Some));
        let commands: Vec<_> = all
            .map(|rival| {
                move || {
                    let mut command = command(hognose, rival);
                    command.args(arguments);
                    command
                }
            })
            .collect();
        // The first run of each fills the caches.
        for command in &commands {
            // A failure shows in the table.
            run(command()).ok();
        }
        write!(text, "| {name} |")?;
        let mut seconds = Vec::new();
        for measured in interleaved(&commands, plan.runs * TIMES)? {
            match measured {
                Ok(m) => {
                    write!(text, " {:.1} | {:.1} |", m.seconds * 1e3, m.peak_mib)?;
                    seconds.push(m.seconds);
                }
                Err(error) => {
                    write!(text, " failed: {error} | |")?;
                    seconds.push(f64::NAN);
                }
            }
        }
        let ratio = match seconds.as_slice() {
            [ours, base, ..] => ours / base,
            _ => f64::NAN,
        };
        writeln!(text, " {ratio:.2} |")?;
    }
    Ok(text)
}

/// Unmarshalling of every cached module of the standard library, and a function made of each.
pub fn loading(plan: &Plan, hognose: &Path, rivals: &[Rival]) -> Result<String> {
    let Some(base) = rivals.first() else {
        return Ok(String::new());
    };
    let mut library = Command::new(&base.program);
    library.args(["-I", "-c", "import os; print(os.path.dirname(os.__file__))"]);
    let library = run(library)?.output;
    let script = include_str!("../python/loading.py");
    let commands: Vec<_> = [None, Some(base)]
        .into_iter()
        .map(|rival| {
            let library = library.trim().to_owned();
            move || {
                let mut command = command(hognose, rival);
                command.args(["-c", script, &library]);
                command
            }
        })
        .collect();
    let mut text = format!(
        "\nLoading: `marshal.loads` of every cached module of CPython {}'s library (its tests apart) and a function made of\n\
         each, best of 5 in one process, median of {} processes.\n\n| who | modules | MB | ms |\n|---|---|---|---|\n",
        base.version, plan.runs
    );
    let mut times = Vec::new();
    for (who, measured) in ["hognose", "CPython"]
        .iter()
        .zip(interleaved(&commands, plan.runs)?)
    {
        let output = measured?.output;
        let [modules, bytes, seconds] = output.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("{who}: {output}").into());
        };
        let (bytes, seconds): (f64, f64) = (bytes.parse()?, seconds.parse()?);
        writeln!(
            text,
            "| {who} | {modules} | {:.1} | {:.1} |",
            bytes / 1e6,
            seconds * 1e3
        )?;
        times.push(seconds);
    }
    if let [ours, theirs] = times[..] {
        writeln!(text, "| ratio | | | {:.2} |", ours / theirs)?;
    }
    Ok(text)
}

/// How many objects of a kind go into a MiB, the list's word that names each included.
pub fn memory(hognose: &Path, rivals: &[Rival]) -> Result<String> {
    let script = include_str!("../python/objects.py");
    let mut text = format!(
        "\nMemory: objects per MiB, from the peak of a list of {OBJECTS} of them.\n\n| kind | hognose |"
    );
    for rival in rivals {
        write!(text, " {} |", rival.version)?;
    }
    writeln!(text, " bytes each | 3.12.1's | ratio |")?;
    writeln!(text, "|---|---|{}---|---|---|", "---|".repeat(rivals.len()))?;
    let all: Vec<Option<&Rival>> = std::iter::once(None)
        .chain(rivals.iter().map(Some))
        .collect();
    let peak = |rival: Option<&Rival>, kind: &str, n: usize| -> Result<f64> {
        let mut command = command(hognose, rival);
        command.args(["-c", script, kind, &n.to_string()]);
        Ok(run(command)?.peak_mib)
    };
    let mut empty = Vec::new();
    for &rival in &all {
        empty.push(peak(rival, "int", 0)?);
    }
    for kind in KINDS {
        write!(text, "| {kind} |")?;
        let mut bytes = Vec::new();
        for (&rival, empty) in all.iter().zip(&empty) {
            let used = (peak(rival, kind, OBJECTS)? - empty).max(0.1);
            write!(text, " {:.0} |", OBJECTS as f64 / used)?;
            bytes.push(used * (1 << 20) as f64 / OBJECTS as f64);
        }
        let (ours, base) = match bytes.as_slice() {
            [ours, base, ..] => (*ours, *base),
            _ => (f64::NAN, f64::NAN),
        };
        writeln!(text, " {ours:.0} | {base:.0} | {:.2} |", ours / base)?;
    }
    Ok(text)
}
