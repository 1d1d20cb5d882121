//! `mappingproxy`: a read-only view of a mapping.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Trace, Value, Visitor};

pub const MAPPING_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::MAPPING,
    ..TypeSpec::new("mappingproxy", Layout::Native(kinds::MAPPING_PROXY))
};

/// The payload of `mappingproxy`.
pub struct MappingProxy {
    pub mapping: Value,
}

impl Payload for MappingProxy {
    const KIND: Kind = kinds::MAPPING_PROXY;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.mapping.trace(visitor);
    }
}

impl Rt {
    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: Value) -> Value {
        self.alloc(&self.types.mapping_proxy, MappingProxy { mapping })
            .into_value()
    }
}
