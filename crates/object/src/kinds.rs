//! The numbers of all payload kinds of this crate; `vm` uses 192 to 255, `builtins` 256 and up.

use hognose_heap::Kind;

macro_rules! kinds {
    ($($number:literal $name:ident)*) => {
        $(pub const $name: Kind = Kind($number);)*
    };
}

kinds! {
    1 INT
    2 FLOAT
    3 COMPLEX
    4 STR
    5 BYTES
    6 BYTEARRAY
    7 TUPLE
    8 LIST
    9 DICT
    10 SET
    11 RANGE
    12 SLICE
    13 TYPE
    14 INSTANCE
    15 PLAIN
    16 MODULE
    17 FUNCTION
    18 CODE
    19 CELL
    20 BUILTIN
    21 METHOD
    22 METHOD_DESCRIPTOR
    23 GETSET_DESCRIPTOR
    24 MEMBER_DESCRIPTOR
    25 SLOT_WRAPPER
    26 METHOD_WRAPPER
    27 STATIC_METHOD
    28 CLASS_METHOD
    29 PROPERTY
    30 SUPER
    31 EXCEPTION
    32 TRACEBACK
    33 FRAME
    34 GENERATOR
    35 LIST_ITER
    36 TUPLE_ITER
    37 STR_ITER
    38 BYTES_ITER
    39 RANGE_ITER
    40 DICT_ITER
    41 DICT_VIEW
    42 SET_ITER
    43 SEQ_ITER
    44 CALLABLE_ITER
    45 ENUMERATE
    46 ZIP
    47 MAP
    48 FILTER
    49 REVERSED
    50 WEAKREF
    51 MEMORYVIEW
    52 MAPPING_PROXY
    53 GENERIC_ALIAS
    54 UNION
    55 TYPE_VAR
    56 TYPE_ALIAS
    57 NAMESPACE
    58 CLASS_METHOD_DESCRIPTOR
    59 WEAK_PROXY
    60 BIG_RANGE_ITER
    61 STRUCT_SEQ
    62 CAPSULE
    63 COROUTINE_WRAPPER
    64 ASYNC_GEN_STEP
}
