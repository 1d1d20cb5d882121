//! `mappingproxy`: a read-only view of a mapping.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const MAPPING_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::MAPPING,
    ..TypeSpec::new("mappingproxy", Layout::Native(kinds::MAPPING_PROXY))
};
