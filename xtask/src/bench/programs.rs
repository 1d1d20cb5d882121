//! Whole programs, side by side.

use super::child::{geometric_mean, interleaved};
use super::rivals::Rival;
use super::{Plan, command};
use crate::Result;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The table, or nothing when the programs' folder is absent.
pub fn table(
    plan: &Plan,
    named: &[&str],
    hognose: &Path,
    rivals: &[Rival],
) -> Result<Option<String>> {
    let Ok(entries) = std::fs::read_dir(&plan.programs) else {
        return Ok(None);
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .filter(|path| named.is_empty() || named.contains(&stem(path).as_str()))
        .collect();
    files.sort();
    let mut text = format!(
        "\nPrograms, medians of {} runs; CPU seconds, then peak memory.\n\n| program | hognose s |",
        plan.runs
    );
    for rival in rivals {
        write!(text, " {} s | ratio |", rival.version)?;
    }
    writeln!(text, " hognose MiB | 3.12.1 MiB | ratio |")?;
    writeln!(
        text,
        "|---|---|{}---|---|---|",
        "---|---|".repeat(rivals.len())
    )?;
    let mut ratios: Vec<Vec<f64>> = rivals.iter().map(|_| Vec::new()).collect();
    let mut peaks = Vec::new();
    for file in &files {
        let name = stem(file);
        eprintln!("{name}");
        let all = std::iter::once(None).chain(rivals.iter().map(Some));
        let commands: Vec<_> = all
            .map(|rival| {
                move || {
                    let mut command = command(hognose, rival);
                    command.arg(file);
                    command
                }
            })
            .collect();
        let measured = interleaved(&commands, plan.runs)?;
        let mut measured = measured.into_iter();
        let ours = match measured.next() {
            Some(Ok(ours)) => ours,
            Some(Err(error)) => {
                writeln!(text, "| {name} | failed: {error} |")?;
                continue;
            }
            None => continue,
        };
        write!(text, "| {name} | {:.3} |", ours.seconds)?;
        let mut base_peak = f64::NAN;
        for (i, (theirs, rival)) in measured.zip(rivals).enumerate() {
            match theirs {
                Ok(theirs) => {
                    let ratio = ours.seconds / theirs.seconds;
                    if let Some(column) = ratios.get_mut(i) {
                        column.push(ratio);
                    }
                    write!(text, " {:.3} | {ratio:.2} |", theirs.seconds)?;
                    if i == 0 {
                        base_peak = theirs.peak_mib;
                        if theirs.output != ours.output {
                            eprintln!(
                                "{name}: the output differs from CPython {}'s",
                                rival.version
                            );
                        }
                    }
                }
                Err(error) => write!(text, " failed: {error} | |")?,
            }
        }
        let peak = ours.peak_mib / base_peak;
        peaks.push(peak);
        writeln!(text, " {:.1} | {base_peak:.1} | {peak:.2} |", ours.peak_mib)?;
    }
    write!(text, "| geometric mean | |")?;
    for column in &ratios {
        write!(text, " | {:.3} |", geometric_mean(column))?;
    }
    writeln!(text, " | | {:.2} |", geometric_mean(&peaks))?;
    Ok(Some(text))
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
