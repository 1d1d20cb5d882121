//! `data/versions.toml` to `crates/version/src/generated/versions.rs`.

use super::File;
use serde::Deserialize;

#[derive(Deserialize)]
struct Versions {
    releases: Vec<Release>,
    magics: Vec<Magic>,
}

#[derive(Deserialize)]
struct Release {
    version: String,
    magic: u16,
    marshal: u8,
}

#[derive(Deserialize)]
struct Magic {
    magic: u16,
    since: String,
}

pub fn render(data: &str) -> Result<File, String> {
    let versions: Versions = toml::from_str(data).map_err(|error| error.to_string())?;
    let mut text = "\
        //! The supported releases, and every magic number.\n\n\
        use crate::{Release, Version};\n\n\
        /// Every supported release, oldest first.\n\
        pub static RELEASES: &[Release] = &["
        .to_owned();
    for Release {
        version,
        magic,
        marshal,
    } in &versions.releases
    {
        let numbers = version.replace('.', ", ");
        text += &format!(
            "Release {{ version: Version::new({numbers}), magic: {magic}, marshal: {marshal} }},"
        );
    }
    text += "];\n\n/// Every magic number with the first release that wrote it.\npub static MAGICS: &[(u16, &str)] = &[";
    for Magic { magic, since } in &versions.magics {
        text += &format!("({magic}, {since:?}),");
    }
    text += "];\n";
    Ok(File {
        path: "crates/version/src/generated/versions.rs".into(),
        source: "data/versions.toml",
        text,
    })
}
