// Generated from data/opcodes/ by `cargo xtask codegen`: do not edit.

/// Every opcode of every supported version, whatever its number there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u16)]
pub enum Opcode {
    /// `ANNOTATIONS_PLACEHOLDER`
    AnnotationsPlaceholder,
    /// `ASYNC_GEN_WRAP`
    AsyncGenWrap,
    /// `BEFORE_ASYNC_WITH`
    BeforeAsyncWith,
    /// `BEFORE_WITH`
    BeforeWith,
    /// `BEGIN_FINALLY`
    BeginFinally,
    /// `BINARY_ADD`
    BinaryAdd,
    /// `BINARY_AND`
    BinaryAnd,
    /// `BINARY_FLOOR_DIVIDE`
    BinaryFloorDivide,
    /// `BINARY_LSHIFT`
    BinaryLshift,
    /// `BINARY_MATRIX_MULTIPLY`
    BinaryMatrixMultiply,
    /// `BINARY_MODULO`
    BinaryModulo,
    /// `BINARY_MULTIPLY`
    BinaryMultiply,
    /// `BINARY_OP`
    BinaryOp,
    /// `BINARY_OR`
    BinaryOr,
    /// `BINARY_POWER`
    BinaryPower,
    /// `BINARY_RSHIFT`
    BinaryRshift,
    /// `BINARY_SLICE`
    BinarySlice,
    /// `BINARY_SUBSCR`
    BinarySubscr,
    /// `BINARY_SUBTRACT`
    BinarySubtract,
    /// `BINARY_TRUE_DIVIDE`
    BinaryTrueDivide,
    /// `BINARY_XOR`
    BinaryXor,
    /// `BUILD_CONST_KEY_MAP`
    BuildConstKeyMap,
    /// `BUILD_INTERPOLATION`
    BuildInterpolation,
    /// `BUILD_LIST`
    BuildList,
    /// `BUILD_LIST_UNPACK`
    BuildListUnpack,
    /// `BUILD_MAP`
    BuildMap,
    /// `BUILD_MAP_UNPACK`
    BuildMapUnpack,
    /// `BUILD_MAP_UNPACK_WITH_CALL`
    BuildMapUnpackWithCall,
    /// `BUILD_SET`
    BuildSet,
    /// `BUILD_SET_UNPACK`
    BuildSetUnpack,
    /// `BUILD_SLICE`
    BuildSlice,
    /// `BUILD_STRING`
    BuildString,
    /// `BUILD_TEMPLATE`
    BuildTemplate,
    /// `BUILD_TUPLE`
    BuildTuple,
    /// `BUILD_TUPLE_UNPACK`
    BuildTupleUnpack,
    /// `BUILD_TUPLE_UNPACK_WITH_CALL`
    BuildTupleUnpackWithCall,
    /// `CACHE`
    Cache,
    /// `CALL`
    Call,
    /// `CALL_FINALLY`
    CallFinally,
    /// `CALL_FUNCTION`
    CallFunction,
    /// `CALL_FUNCTION_EX`
    CallFunctionEx,
    /// `CALL_FUNCTION_KW`
    CallFunctionKw,
    /// `CALL_INTRINSIC_1`
    CallIntrinsic1,
    /// `CALL_INTRINSIC_2`
    CallIntrinsic2,
    /// `CALL_KW`
    CallKw,
    /// `CALL_METHOD`
    CallMethod,
    /// `CHECK_EG_MATCH`
    CheckEgMatch,
    /// `CHECK_EXC_MATCH`
    CheckExcMatch,
    /// `CLEANUP_THROW`
    CleanupThrow,
    /// `COMPARE_OP`
    CompareOp,
    /// `CONTAINS_OP`
    ContainsOp,
    /// `CONVERT_VALUE`
    ConvertValue,
    /// `COPY`
    Copy,
    /// `COPY_DICT_WITHOUT_KEYS`
    CopyDictWithoutKeys,
    /// `COPY_FREE_VARS`
    CopyFreeVars,
    /// `DELETE_ATTR`
    DeleteAttr,
    /// `DELETE_DEREF`
    DeleteDeref,
    /// `DELETE_FAST`
    DeleteFast,
    /// `DELETE_GLOBAL`
    DeleteGlobal,
    /// `DELETE_NAME`
    DeleteName,
    /// `DELETE_SUBSCR`
    DeleteSubscr,
    /// `DICT_MERGE`
    DictMerge,
    /// `DICT_UPDATE`
    DictUpdate,
    /// `DUP_TOP`
    DupTop,
    /// `DUP_TOP_TWO`
    DupTopTwo,
    /// `END_ASYNC_FOR`
    EndAsyncFor,
    /// `END_FINALLY`
    EndFinally,
    /// `END_FOR`
    EndFor,
    /// `END_SEND`
    EndSend,
    /// `ENTER_EXECUTOR`
    EnterExecutor,
    /// `EXIT_INIT_CHECK`
    ExitInitCheck,
    /// `EXTENDED_ARG`
    ExtendedArg,
    /// `FORMAT_SIMPLE`
    FormatSimple,
    /// `FORMAT_VALUE`
    FormatValue,
    /// `FORMAT_WITH_SPEC`
    FormatWithSpec,
    /// `FOR_ITER`
    ForIter,
    /// `GEN_START`
    GenStart,
    /// `GET_AITER`
    GetAiter,
    /// `GET_ANEXT`
    GetAnext,
    /// `GET_AWAITABLE`
    GetAwaitable,
    /// `GET_ITER`
    GetIter,
    /// `GET_LEN`
    GetLen,
    /// `GET_YIELD_FROM_ITER`
    GetYieldFromIter,
    /// `IMPORT_FROM`
    ImportFrom,
    /// `IMPORT_NAME`
    ImportName,
    /// `IMPORT_STAR`
    ImportStar,
    /// `INPLACE_ADD`
    InplaceAdd,
    /// `INPLACE_AND`
    InplaceAnd,
    /// `INPLACE_FLOOR_DIVIDE`
    InplaceFloorDivide,
    /// `INPLACE_LSHIFT`
    InplaceLshift,
    /// `INPLACE_MATRIX_MULTIPLY`
    InplaceMatrixMultiply,
    /// `INPLACE_MODULO`
    InplaceModulo,
    /// `INPLACE_MULTIPLY`
    InplaceMultiply,
    /// `INPLACE_OR`
    InplaceOr,
    /// `INPLACE_POWER`
    InplacePower,
    /// `INPLACE_RSHIFT`
    InplaceRshift,
    /// `INPLACE_SUBTRACT`
    InplaceSubtract,
    /// `INPLACE_TRUE_DIVIDE`
    InplaceTrueDivide,
    /// `INPLACE_XOR`
    InplaceXor,
    /// `INTERPRETER_EXIT`
    InterpreterExit,
    /// `IS_OP`
    IsOp,
    /// `JUMP`
    Jump,
    /// `JUMP_ABSOLUTE`
    JumpAbsolute,
    /// `JUMP_BACKWARD`
    JumpBackward,
    /// `JUMP_BACKWARD_NO_INTERRUPT`
    JumpBackwardNoInterrupt,
    /// `JUMP_FORWARD`
    JumpForward,
    /// `JUMP_IF_FALSE`
    JumpIfFalse,
    /// `JUMP_IF_FALSE_OR_POP`
    JumpIfFalseOrPop,
    /// `JUMP_IF_NOT_EXC_MATCH`
    JumpIfNotExcMatch,
    /// `JUMP_IF_TRUE`
    JumpIfTrue,
    /// `JUMP_IF_TRUE_OR_POP`
    JumpIfTrueOrPop,
    /// `JUMP_NO_INTERRUPT`
    JumpNoInterrupt,
    /// `KW_NAMES`
    KwNames,
    /// `LIST_APPEND`
    ListAppend,
    /// `LIST_EXTEND`
    ListExtend,
    /// `LIST_TO_TUPLE`
    ListToTuple,
    /// `LOAD_ASSERTION_ERROR`
    LoadAssertionError,
    /// `LOAD_ATTR`
    LoadAttr,
    /// `LOAD_BUILD_CLASS`
    LoadBuildClass,
    /// `LOAD_CLASSDEREF`
    LoadClassderef,
    /// `LOAD_CLOSURE`
    LoadClosure,
    /// `LOAD_COMMON_CONSTANT`
    LoadCommonConstant,
    /// `LOAD_CONST`
    LoadConst,
    /// `LOAD_DEREF`
    LoadDeref,
    /// `LOAD_FAST`
    LoadFast,
    /// `LOAD_FAST_AND_CLEAR`
    LoadFastAndClear,
    /// `LOAD_FAST_BORROW`
    LoadFastBorrow,
    /// `LOAD_FAST_BORROW_LOAD_FAST_BORROW`
    LoadFastBorrowLoadFastBorrow,
    /// `LOAD_FAST_CHECK`
    LoadFastCheck,
    /// `LOAD_FAST_LOAD_FAST`
    LoadFastLoadFast,
    /// `LOAD_FROM_DICT_OR_DEREF`
    LoadFromDictOrDeref,
    /// `LOAD_FROM_DICT_OR_GLOBALS`
    LoadFromDictOrGlobals,
    /// `LOAD_GLOBAL`
    LoadGlobal,
    /// `LOAD_LOCALS`
    LoadLocals,
    /// `LOAD_METHOD`
    LoadMethod,
    /// `LOAD_NAME`
    LoadName,
    /// `LOAD_SMALL_INT`
    LoadSmallInt,
    /// `LOAD_SPECIAL`
    LoadSpecial,
    /// `LOAD_SUPER_ATTR`
    LoadSuperAttr,
    /// `LOAD_SUPER_METHOD`
    LoadSuperMethod,
    /// `LOAD_ZERO_SUPER_ATTR`
    LoadZeroSuperAttr,
    /// `LOAD_ZERO_SUPER_METHOD`
    LoadZeroSuperMethod,
    /// `MAKE_CELL`
    MakeCell,
    /// `MAKE_FUNCTION`
    MakeFunction,
    /// `MAP_ADD`
    MapAdd,
    /// `MATCH_CLASS`
    MatchClass,
    /// `MATCH_KEYS`
    MatchKeys,
    /// `MATCH_MAPPING`
    MatchMapping,
    /// `MATCH_SEQUENCE`
    MatchSequence,
    /// `NOP`
    Nop,
    /// `NOT_TAKEN`
    NotTaken,
    /// `POP_BLOCK`
    PopBlock,
    /// `POP_EXCEPT`
    PopExcept,
    /// `POP_FINALLY`
    PopFinally,
    /// `POP_ITER`
    PopIter,
    /// `POP_JUMP_BACKWARD_IF_FALSE`
    PopJumpBackwardIfFalse,
    /// `POP_JUMP_BACKWARD_IF_NONE`
    PopJumpBackwardIfNone,
    /// `POP_JUMP_BACKWARD_IF_NOT_NONE`
    PopJumpBackwardIfNotNone,
    /// `POP_JUMP_BACKWARD_IF_TRUE`
    PopJumpBackwardIfTrue,
    /// `POP_JUMP_FORWARD_IF_FALSE`
    PopJumpForwardIfFalse,
    /// `POP_JUMP_FORWARD_IF_NONE`
    PopJumpForwardIfNone,
    /// `POP_JUMP_FORWARD_IF_NOT_NONE`
    PopJumpForwardIfNotNone,
    /// `POP_JUMP_FORWARD_IF_TRUE`
    PopJumpForwardIfTrue,
    /// `POP_JUMP_IF_FALSE`
    PopJumpIfFalse,
    /// `POP_JUMP_IF_NONE`
    PopJumpIfNone,
    /// `POP_JUMP_IF_NOT_NONE`
    PopJumpIfNotNone,
    /// `POP_JUMP_IF_TRUE`
    PopJumpIfTrue,
    /// `POP_TOP`
    PopTop,
    /// `PRECALL`
    Precall,
    /// `PREP_RERAISE_STAR`
    PrepReraiseStar,
    /// `PRINT_EXPR`
    PrintExpr,
    /// `PUSH_EXC_INFO`
    PushExcInfo,
    /// `PUSH_NULL`
    PushNull,
    /// `RAISE_VARARGS`
    RaiseVarargs,
    /// `RERAISE`
    Reraise,
    /// `RESERVED`
    Reserved,
    /// `RESUME`
    Resume,
    /// `RETURN_CONST`
    ReturnConst,
    /// `RETURN_GENERATOR`
    ReturnGenerator,
    /// `RETURN_VALUE`
    ReturnValue,
    /// `ROT_FOUR`
    RotFour,
    /// `ROT_N`
    RotN,
    /// `ROT_THREE`
    RotThree,
    /// `ROT_TWO`
    RotTwo,
    /// `SEND`
    Send,
    /// `SETUP_ANNOTATIONS`
    SetupAnnotations,
    /// `SETUP_ASYNC_WITH`
    SetupAsyncWith,
    /// `SETUP_CLEANUP`
    SetupCleanup,
    /// `SETUP_FINALLY`
    SetupFinally,
    /// `SETUP_WITH`
    SetupWith,
    /// `SET_ADD`
    SetAdd,
    /// `SET_FUNCTION_ATTRIBUTE`
    SetFunctionAttribute,
    /// `SET_UPDATE`
    SetUpdate,
    /// `STORE_ATTR`
    StoreAttr,
    /// `STORE_DEREF`
    StoreDeref,
    /// `STORE_FAST`
    StoreFast,
    /// `STORE_FAST_LOAD_FAST`
    StoreFastLoadFast,
    /// `STORE_FAST_MAYBE_NULL`
    StoreFastMaybeNull,
    /// `STORE_FAST_STORE_FAST`
    StoreFastStoreFast,
    /// `STORE_GLOBAL`
    StoreGlobal,
    /// `STORE_NAME`
    StoreName,
    /// `STORE_SLICE`
    StoreSlice,
    /// `STORE_SUBSCR`
    StoreSubscr,
    /// `SWAP`
    Swap,
    /// `TO_BOOL`
    ToBool,
    /// `TRACE_RECORD`
    TraceRecord,
    /// `UNARY_INVERT`
    UnaryInvert,
    /// `UNARY_NEGATIVE`
    UnaryNegative,
    /// `UNARY_NOT`
    UnaryNot,
    /// `UNARY_POSITIVE`
    UnaryPositive,
    /// `UNPACK_EX`
    UnpackEx,
    /// `UNPACK_SEQUENCE`
    UnpackSequence,
    /// `WITH_CLEANUP_FINISH`
    WithCleanupFinish,
    /// `WITH_CLEANUP_START`
    WithCleanupStart,
    /// `WITH_EXCEPT_START`
    WithExceptStart,
    /// `YIELD_FROM`
    YieldFrom,
    /// `YIELD_VALUE`
    YieldValue,
}

impl Opcode {
    /// How many there are.
    pub const COUNT: usize = 217;

    /// All of them, in the order of the enum.
    pub const ALL: [Opcode; Self::COUNT] = [
        Opcode::AnnotationsPlaceholder,
        Opcode::AsyncGenWrap,
        Opcode::BeforeAsyncWith,
        Opcode::BeforeWith,
        Opcode::BeginFinally,
        Opcode::BinaryAdd,
        Opcode::BinaryAnd,
        Opcode::BinaryFloorDivide,
        Opcode::BinaryLshift,
        Opcode::BinaryMatrixMultiply,
        Opcode::BinaryModulo,
        Opcode::BinaryMultiply,
        Opcode::BinaryOp,
        Opcode::BinaryOr,
        Opcode::BinaryPower,
        Opcode::BinaryRshift,
        Opcode::BinarySlice,
        Opcode::BinarySubscr,
        Opcode::BinarySubtract,
        Opcode::BinaryTrueDivide,
        Opcode::BinaryXor,
        Opcode::BuildConstKeyMap,
        Opcode::BuildInterpolation,
        Opcode::BuildList,
        Opcode::BuildListUnpack,
        Opcode::BuildMap,
        Opcode::BuildMapUnpack,
        Opcode::BuildMapUnpackWithCall,
        Opcode::BuildSet,
        Opcode::BuildSetUnpack,
        Opcode::BuildSlice,
        Opcode::BuildString,
        Opcode::BuildTemplate,
        Opcode::BuildTuple,
        Opcode::BuildTupleUnpack,
        Opcode::BuildTupleUnpackWithCall,
        Opcode::Cache,
        Opcode::Call,
        Opcode::CallFinally,
        Opcode::CallFunction,
        Opcode::CallFunctionEx,
        Opcode::CallFunctionKw,
        Opcode::CallIntrinsic1,
        Opcode::CallIntrinsic2,
        Opcode::CallKw,
        Opcode::CallMethod,
        Opcode::CheckEgMatch,
        Opcode::CheckExcMatch,
        Opcode::CleanupThrow,
        Opcode::CompareOp,
        Opcode::ContainsOp,
        Opcode::ConvertValue,
        Opcode::Copy,
        Opcode::CopyDictWithoutKeys,
        Opcode::CopyFreeVars,
        Opcode::DeleteAttr,
        Opcode::DeleteDeref,
        Opcode::DeleteFast,
        Opcode::DeleteGlobal,
        Opcode::DeleteName,
        Opcode::DeleteSubscr,
        Opcode::DictMerge,
        Opcode::DictUpdate,
        Opcode::DupTop,
        Opcode::DupTopTwo,
        Opcode::EndAsyncFor,
        Opcode::EndFinally,
        Opcode::EndFor,
        Opcode::EndSend,
        Opcode::EnterExecutor,
        Opcode::ExitInitCheck,
        Opcode::ExtendedArg,
        Opcode::FormatSimple,
        Opcode::FormatValue,
        Opcode::FormatWithSpec,
        Opcode::ForIter,
        Opcode::GenStart,
        Opcode::GetAiter,
        Opcode::GetAnext,
        Opcode::GetAwaitable,
        Opcode::GetIter,
        Opcode::GetLen,
        Opcode::GetYieldFromIter,
        Opcode::ImportFrom,
        Opcode::ImportName,
        Opcode::ImportStar,
        Opcode::InplaceAdd,
        Opcode::InplaceAnd,
        Opcode::InplaceFloorDivide,
        Opcode::InplaceLshift,
        Opcode::InplaceMatrixMultiply,
        Opcode::InplaceModulo,
        Opcode::InplaceMultiply,
        Opcode::InplaceOr,
        Opcode::InplacePower,
        Opcode::InplaceRshift,
        Opcode::InplaceSubtract,
        Opcode::InplaceTrueDivide,
        Opcode::InplaceXor,
        Opcode::InterpreterExit,
        Opcode::IsOp,
        Opcode::Jump,
        Opcode::JumpAbsolute,
        Opcode::JumpBackward,
        Opcode::JumpBackwardNoInterrupt,
        Opcode::JumpForward,
        Opcode::JumpIfFalse,
        Opcode::JumpIfFalseOrPop,
        Opcode::JumpIfNotExcMatch,
        Opcode::JumpIfTrue,
        Opcode::JumpIfTrueOrPop,
        Opcode::JumpNoInterrupt,
        Opcode::KwNames,
        Opcode::ListAppend,
        Opcode::ListExtend,
        Opcode::ListToTuple,
        Opcode::LoadAssertionError,
        Opcode::LoadAttr,
        Opcode::LoadBuildClass,
        Opcode::LoadClassderef,
        Opcode::LoadClosure,
        Opcode::LoadCommonConstant,
        Opcode::LoadConst,
        Opcode::LoadDeref,
        Opcode::LoadFast,
        Opcode::LoadFastAndClear,
        Opcode::LoadFastBorrow,
        Opcode::LoadFastBorrowLoadFastBorrow,
        Opcode::LoadFastCheck,
        Opcode::LoadFastLoadFast,
        Opcode::LoadFromDictOrDeref,
        Opcode::LoadFromDictOrGlobals,
        Opcode::LoadGlobal,
        Opcode::LoadLocals,
        Opcode::LoadMethod,
        Opcode::LoadName,
        Opcode::LoadSmallInt,
        Opcode::LoadSpecial,
        Opcode::LoadSuperAttr,
        Opcode::LoadSuperMethod,
        Opcode::LoadZeroSuperAttr,
        Opcode::LoadZeroSuperMethod,
        Opcode::MakeCell,
        Opcode::MakeFunction,
        Opcode::MapAdd,
        Opcode::MatchClass,
        Opcode::MatchKeys,
        Opcode::MatchMapping,
        Opcode::MatchSequence,
        Opcode::Nop,
        Opcode::NotTaken,
        Opcode::PopBlock,
        Opcode::PopExcept,
        Opcode::PopFinally,
        Opcode::PopIter,
        Opcode::PopJumpBackwardIfFalse,
        Opcode::PopJumpBackwardIfNone,
        Opcode::PopJumpBackwardIfNotNone,
        Opcode::PopJumpBackwardIfTrue,
        Opcode::PopJumpForwardIfFalse,
        Opcode::PopJumpForwardIfNone,
        Opcode::PopJumpForwardIfNotNone,
        Opcode::PopJumpForwardIfTrue,
        Opcode::PopJumpIfFalse,
        Opcode::PopJumpIfNone,
        Opcode::PopJumpIfNotNone,
        Opcode::PopJumpIfTrue,
        Opcode::PopTop,
        Opcode::Precall,
        Opcode::PrepReraiseStar,
        Opcode::PrintExpr,
        Opcode::PushExcInfo,
        Opcode::PushNull,
        Opcode::RaiseVarargs,
        Opcode::Reraise,
        Opcode::Reserved,
        Opcode::Resume,
        Opcode::ReturnConst,
        Opcode::ReturnGenerator,
        Opcode::ReturnValue,
        Opcode::RotFour,
        Opcode::RotN,
        Opcode::RotThree,
        Opcode::RotTwo,
        Opcode::Send,
        Opcode::SetupAnnotations,
        Opcode::SetupAsyncWith,
        Opcode::SetupCleanup,
        Opcode::SetupFinally,
        Opcode::SetupWith,
        Opcode::SetAdd,
        Opcode::SetFunctionAttribute,
        Opcode::SetUpdate,
        Opcode::StoreAttr,
        Opcode::StoreDeref,
        Opcode::StoreFast,
        Opcode::StoreFastLoadFast,
        Opcode::StoreFastMaybeNull,
        Opcode::StoreFastStoreFast,
        Opcode::StoreGlobal,
        Opcode::StoreName,
        Opcode::StoreSlice,
        Opcode::StoreSubscr,
        Opcode::Swap,
        Opcode::ToBool,
        Opcode::TraceRecord,
        Opcode::UnaryInvert,
        Opcode::UnaryNegative,
        Opcode::UnaryNot,
        Opcode::UnaryPositive,
        Opcode::UnpackEx,
        Opcode::UnpackSequence,
        Opcode::WithCleanupFinish,
        Opcode::WithCleanupStart,
        Opcode::WithExceptStart,
        Opcode::YieldFrom,
        Opcode::YieldValue,
    ];

    /// CPython's name.
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

static NAMES: [&str; Opcode::COUNT] = [
    "ANNOTATIONS_PLACEHOLDER",
    "ASYNC_GEN_WRAP",
    "BEFORE_ASYNC_WITH",
    "BEFORE_WITH",
    "BEGIN_FINALLY",
    "BINARY_ADD",
    "BINARY_AND",
    "BINARY_FLOOR_DIVIDE",
    "BINARY_LSHIFT",
    "BINARY_MATRIX_MULTIPLY",
    "BINARY_MODULO",
    "BINARY_MULTIPLY",
    "BINARY_OP",
    "BINARY_OR",
    "BINARY_POWER",
    "BINARY_RSHIFT",
    "BINARY_SLICE",
    "BINARY_SUBSCR",
    "BINARY_SUBTRACT",
    "BINARY_TRUE_DIVIDE",
    "BINARY_XOR",
    "BUILD_CONST_KEY_MAP",
    "BUILD_INTERPOLATION",
    "BUILD_LIST",
    "BUILD_LIST_UNPACK",
    "BUILD_MAP",
    "BUILD_MAP_UNPACK",
    "BUILD_MAP_UNPACK_WITH_CALL",
    "BUILD_SET",
    "BUILD_SET_UNPACK",
    "BUILD_SLICE",
    "BUILD_STRING",
    "BUILD_TEMPLATE",
    "BUILD_TUPLE",
    "BUILD_TUPLE_UNPACK",
    "BUILD_TUPLE_UNPACK_WITH_CALL",
    "CACHE",
    "CALL",
    "CALL_FINALLY",
    "CALL_FUNCTION",
    "CALL_FUNCTION_EX",
    "CALL_FUNCTION_KW",
    "CALL_INTRINSIC_1",
    "CALL_INTRINSIC_2",
    "CALL_KW",
    "CALL_METHOD",
    "CHECK_EG_MATCH",
    "CHECK_EXC_MATCH",
    "CLEANUP_THROW",
    "COMPARE_OP",
    "CONTAINS_OP",
    "CONVERT_VALUE",
    "COPY",
    "COPY_DICT_WITHOUT_KEYS",
    "COPY_FREE_VARS",
    "DELETE_ATTR",
    "DELETE_DEREF",
    "DELETE_FAST",
    "DELETE_GLOBAL",
    "DELETE_NAME",
    "DELETE_SUBSCR",
    "DICT_MERGE",
    "DICT_UPDATE",
    "DUP_TOP",
    "DUP_TOP_TWO",
    "END_ASYNC_FOR",
    "END_FINALLY",
    "END_FOR",
    "END_SEND",
    "ENTER_EXECUTOR",
    "EXIT_INIT_CHECK",
    "EXTENDED_ARG",
    "FORMAT_SIMPLE",
    "FORMAT_VALUE",
    "FORMAT_WITH_SPEC",
    "FOR_ITER",
    "GEN_START",
    "GET_AITER",
    "GET_ANEXT",
    "GET_AWAITABLE",
    "GET_ITER",
    "GET_LEN",
    "GET_YIELD_FROM_ITER",
    "IMPORT_FROM",
    "IMPORT_NAME",
    "IMPORT_STAR",
    "INPLACE_ADD",
    "INPLACE_AND",
    "INPLACE_FLOOR_DIVIDE",
    "INPLACE_LSHIFT",
    "INPLACE_MATRIX_MULTIPLY",
    "INPLACE_MODULO",
    "INPLACE_MULTIPLY",
    "INPLACE_OR",
    "INPLACE_POWER",
    "INPLACE_RSHIFT",
    "INPLACE_SUBTRACT",
    "INPLACE_TRUE_DIVIDE",
    "INPLACE_XOR",
    "INTERPRETER_EXIT",
    "IS_OP",
    "JUMP",
    "JUMP_ABSOLUTE",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "JUMP_FORWARD",
    "JUMP_IF_FALSE",
    "JUMP_IF_FALSE_OR_POP",
    "JUMP_IF_NOT_EXC_MATCH",
    "JUMP_IF_TRUE",
    "JUMP_IF_TRUE_OR_POP",
    "JUMP_NO_INTERRUPT",
    "KW_NAMES",
    "LIST_APPEND",
    "LIST_EXTEND",
    "LIST_TO_TUPLE",
    "LOAD_ASSERTION_ERROR",
    "LOAD_ATTR",
    "LOAD_BUILD_CLASS",
    "LOAD_CLASSDEREF",
    "LOAD_CLOSURE",
    "LOAD_COMMON_CONSTANT",
    "LOAD_CONST",
    "LOAD_DEREF",
    "LOAD_FAST",
    "LOAD_FAST_AND_CLEAR",
    "LOAD_FAST_BORROW",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "LOAD_FAST_CHECK",
    "LOAD_FAST_LOAD_FAST",
    "LOAD_FROM_DICT_OR_DEREF",
    "LOAD_FROM_DICT_OR_GLOBALS",
    "LOAD_GLOBAL",
    "LOAD_LOCALS",
    "LOAD_METHOD",
    "LOAD_NAME",
    "LOAD_SMALL_INT",
    "LOAD_SPECIAL",
    "LOAD_SUPER_ATTR",
    "LOAD_SUPER_METHOD",
    "LOAD_ZERO_SUPER_ATTR",
    "LOAD_ZERO_SUPER_METHOD",
    "MAKE_CELL",
    "MAKE_FUNCTION",
    "MAP_ADD",
    "MATCH_CLASS",
    "MATCH_KEYS",
    "MATCH_MAPPING",
    "MATCH_SEQUENCE",
    "NOP",
    "NOT_TAKEN",
    "POP_BLOCK",
    "POP_EXCEPT",
    "POP_FINALLY",
    "POP_ITER",
    "POP_JUMP_BACKWARD_IF_FALSE",
    "POP_JUMP_BACKWARD_IF_NONE",
    "POP_JUMP_BACKWARD_IF_NOT_NONE",
    "POP_JUMP_BACKWARD_IF_TRUE",
    "POP_JUMP_FORWARD_IF_FALSE",
    "POP_JUMP_FORWARD_IF_NONE",
    "POP_JUMP_FORWARD_IF_NOT_NONE",
    "POP_JUMP_FORWARD_IF_TRUE",
    "POP_JUMP_IF_FALSE",
    "POP_JUMP_IF_NONE",
    "POP_JUMP_IF_NOT_NONE",
    "POP_JUMP_IF_TRUE",
    "POP_TOP",
    "PRECALL",
    "PREP_RERAISE_STAR",
    "PRINT_EXPR",
    "PUSH_EXC_INFO",
    "PUSH_NULL",
    "RAISE_VARARGS",
    "RERAISE",
    "RESERVED",
    "RESUME",
    "RETURN_CONST",
    "RETURN_GENERATOR",
    "RETURN_VALUE",
    "ROT_FOUR",
    "ROT_N",
    "ROT_THREE",
    "ROT_TWO",
    "SEND",
    "SETUP_ANNOTATIONS",
    "SETUP_ASYNC_WITH",
    "SETUP_CLEANUP",
    "SETUP_FINALLY",
    "SETUP_WITH",
    "SET_ADD",
    "SET_FUNCTION_ATTRIBUTE",
    "SET_UPDATE",
    "STORE_ATTR",
    "STORE_DEREF",
    "STORE_FAST",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_MAYBE_NULL",
    "STORE_FAST_STORE_FAST",
    "STORE_GLOBAL",
    "STORE_NAME",
    "STORE_SLICE",
    "STORE_SUBSCR",
    "SWAP",
    "TO_BOOL",
    "TRACE_RECORD",
    "UNARY_INVERT",
    "UNARY_NEGATIVE",
    "UNARY_NOT",
    "UNARY_POSITIVE",
    "UNPACK_EX",
    "UNPACK_SEQUENCE",
    "WITH_CLEANUP_FINISH",
    "WITH_CLEANUP_START",
    "WITH_EXCEPT_START",
    "YIELD_FROM",
    "YIELD_VALUE",
];
