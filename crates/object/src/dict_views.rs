//! `dict.keys()`, `.values()`, `.items()` and their iterators.

use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};

pub const DICT_KEYS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_keys", Layout::Native(kinds::DICT_VIEW))
};

pub const DICT_VALUES: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_values", Layout::Native(kinds::DICT_VIEW))
};

pub const DICT_ITEMS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_items", Layout::Native(kinds::DICT_VIEW))
};

pub const DICT_KEYITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_keyiterator", Layout::Native(kinds::DICT_ITER))
};

pub const DICT_VALUEITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_valueiterator", Layout::Native(kinds::DICT_ITER))
};

pub const DICT_ITEMITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_itemiterator", Layout::Native(kinds::DICT_ITER))
};

pub const DICT_REVERSEKEYITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_reversekeyiterator", Layout::Native(kinds::DICT_ITER))
};

pub const DICT_REVERSEVALUEITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new(
        "dict_reversevalueiterator",
        Layout::Native(kinds::DICT_ITER),
    )
};

pub const DICT_REVERSEITEMITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("dict_reverseitemiterator", Layout::Native(kinds::DICT_ITER))
};
