//! The promises of the compiler, on any bytes: no panic, no broken rule of its own, and code that is well-formed.

use std::sync::Arc;

use hognose_compile::{CompileError, Mode, Options, compile_source_here};
use hognose_verify::verify;
use hognose_version::Version;

/// Longer texts could nest deeper than the native stack of a fuzzing thread allows.
const LONGEST: usize = 2000;

/// Compiles bytes in every mode and at every level.
pub fn check(bytes: &[u8]) {
    if bytes.len() > LONGEST {
        return;
    }
    for mode in [Mode::Module, Mode::Expression, Mode::Single] {
        for optimise in 0..=2 {
            for top_level_await in [false, true] {
                let options = Options {
                    mode,
                    optimise,
                    top_level_await,
                    ..Options::default()
                };
                check_with(bytes, &options);
            }
        }
    }
    for version in Version::all().filter(|version| version.minor == 13) {
        let options = Options {
            version,
            ..Options::default()
        };
        if let Err(error) = compile_source_here(bytes, &options) {
            refuse_internal(&error, bytes);
        }
    }
}

fn check_with(bytes: &[u8], options: &Options) {
    match compile_source_here(bytes, options) {
        Ok(compiled) => {
            if let Err(refusal) = verify(&Arc::new(compiled.code)) {
                panic!(
                    "{refusal} in the code of {:?}",
                    String::from_utf8_lossy(bytes)
                );
            }
        }
        Err(error) => refuse_internal(&error, bytes),
    }
}

fn refuse_internal(error: &CompileError, bytes: &[u8]) {
    assert!(
        !matches!(error, CompileError::Internal(_)),
        "{error} in {:?}",
        String::from_utf8_lossy(bytes)
    );
}

#[cfg(test)]
mod tests {
    use hognose_testkit::mutants::{Random, mutate};

    use super::*;

    /// Sources of every construct, from the compiler's own tests.
    const SEEDS: &str = include_str!("../../compile/tests/cpython/cases.py");

    #[test]
    fn mutated_sources() {
        let count = std::env::var("HOGNOSE_MUTANTS")
            .ok()
            .and_then(|count| count.parse().ok());
        let run = move || {
            let seeds: Vec<&str> = SEEDS
                .split("\n# ---")
                .filter_map(|case| case.split_once('\n').map(|(_, source)| source))
                .collect();
            let mut random = Random::new();
            for _ in 0..count.unwrap_or(300) {
                let source = mutate(seeds[random.below(seeds.len())], &seeds, &mut random);
                check(source.as_bytes());
            }
        };
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run);
        thread
            .expect("a thread")
            .join()
            .expect("no promise is broken");
    }
}
