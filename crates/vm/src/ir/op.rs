//! The operations.

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $words:literal $shape:literal;)*) => {
        /// What an instruction does. Operands `a`, `b`, `c` are registers unless the line says otherwise.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u16)]
        pub enum Op {
            $($(#[$doc])* $name,)*
        }

        impl Op {
            /// Every operation, by number.
            pub const ALL: &[Op] = &[$(Op::$name,)*];

            /// How many cache words follow.
            pub const fn words(self) -> usize {
                match self { $(Op::$name => $words,)* }
            }

            /// How the operands read: `d` destination, `r` register, `n` name, `k` constant, `#` number, `j` 32-bit
            /// jump, `K` 32-bit constant, `-` none.
            pub const fn shape(self) -> &'static str {
                match self { $(Op::$name => $shape,)* }
            }
        }
    };
}

ops! {
    /// Never executed: the number of a zeroed word.
    Trap 0 "---";
    /// a ← another reference to b
    Copy 0 "dr-";
    /// a ← b, which becomes empty
    Take 0 "dr-";
    /// a ← constant
    Const 0 "dK-";
    /// a ← nothing
    Null 0 "d--";
    Swap 0 "rr-";
    /// Drops a temporary.
    Drop 0 "r--";
    /// `del local`
    DeleteLocal 0 "r--";
    /// Raises `UnboundLocalError` if the local is empty.
    CheckLocal 0 "r--";

    Jump 0 "-j-";
    /// The same, backwards: collections and signals are looked after here.
    JumpBack 0 "-j-";
    JumpIfTrue 0 "rj-";
    JumpIfFalse 0 "rj-";
    JumpIfNone 0 "rj-";
    JumpIfNotNone 0 "rj-";
    /// The temporary stays.
    JumpIfTrueKeep 0 "rj-";
    JumpIfFalseKeep 0 "rj-";
    /// Comparison of a and b, and a jump if the result is c; the distance is in the word that follows.
    JumpLt 1 "rr#";
    JumpLe 1 "rr#";
    JumpEq 1 "rr#";
    JumpNe 1 "rr#";
    JumpGt 1 "rr#";
    JumpGe 1 "rr#";
    /// The same with a constant b.
    JumpLtK 1 "rk#";
    JumpLeK 1 "rk#";
    JumpEqK 1 "rk#";
    JumpNeK 1 "rk#";
    JumpGtK 1 "rk#";
    JumpGeK 1 "rk#";
    /// `a is b` and a jump if the result is c.
    JumpIs 1 "rr#";
    /// `a in b` and a jump if the result is c.
    JumpIn 1 "rr#";

    Lt 0 "drr";
    Le 0 "drr";
    Eq 0 "drr";
    Ne 0 "drr";
    Gt 0 "drr";
    Ge 0 "drr";
    LtK 0 "drk";
    LeK 0 "drk";
    EqK 0 "drk";
    NeK 0 "drk";
    GtK 0 "drk";
    GeK 0 "drk";
    Is 0 "drr";
    IsNot 0 "drr";
    In 0 "drr";
    NotIn 0 "drr";

    // In the order of CPython's NB_ADD … NB_XOR, four times: plain, in place, each with a constant on the right.
    Add 0 "drr";
    And 0 "drr";
    FloorDiv 0 "drr";
    LShift 0 "drr";
    MatMul 0 "drr";
    Mul 0 "drr";
    Mod 0 "drr";
    Or 0 "drr";
    Pow 0 "drr";
    RShift 0 "drr";
    Sub 0 "drr";
    TrueDiv 0 "drr";
    Xor 0 "drr";
    IAdd 0 "drr";
    IAnd 0 "drr";
    IFloorDiv 0 "drr";
    ILShift 0 "drr";
    IMatMul 0 "drr";
    IMul 0 "drr";
    IMod 0 "drr";
    IOr 0 "drr";
    IPow 0 "drr";
    IRShift 0 "drr";
    ISub 0 "drr";
    ITrueDiv 0 "drr";
    IXor 0 "drr";
    AddK 0 "drk";
    AndK 0 "drk";
    FloorDivK 0 "drk";
    LShiftK 0 "drk";
    MatMulK 0 "drk";
    MulK 0 "drk";
    ModK 0 "drk";
    OrK 0 "drk";
    PowK 0 "drk";
    RShiftK 0 "drk";
    SubK 0 "drk";
    TrueDivK 0 "drk";
    XorK 0 "drk";
    IAddK 0 "drk";
    IAndK 0 "drk";
    IFloorDivK 0 "drk";
    ILShiftK 0 "drk";
    IMatMulK 0 "drk";
    IMulK 0 "drk";
    IModK 0 "drk";
    IOrK 0 "drk";
    IPowK 0 "drk";
    IRShiftK 0 "drk";
    ISubK 0 "drk";
    ITrueDivK 0 "drk";
    IXorK 0 "drk";

    // The same of two floats, where such were seen: plain, in place, each with a constant on the right.
    AddFloat 0 "drr";
    SubFloat 0 "drr";
    MulFloat 0 "drr";
    IAddFloat 0 "drr";
    ISubFloat 0 "drr";
    IMulFloat 0 "drr";
    AddFloatK 0 "drk";
    SubFloatK 0 "drk";
    MulFloatK 0 "drk";
    IAddFloatK 0 "drk";
    ISubFloatK 0 "drk";
    IMulFloatK 0 "drk";
    KMulFloat 0 "drk";

    // Two operations on floats at once, where such were seen: the second is the next instruction, of which the result
    // of the first is the left (`L`) or right (`R`) operand.
    AddThenAddL 0 "drr";
    AddThenAddR 0 "drr";
    AddThenSubL 0 "drr";
    AddThenSubR 0 "drr";
    AddThenMulL 0 "drr";
    AddThenMulR 0 "drr";
    AddThenDivL 0 "drr";
    AddThenDivR 0 "drr";
    SubThenAddL 0 "drr";
    SubThenAddR 0 "drr";
    SubThenSubL 0 "drr";
    SubThenSubR 0 "drr";
    SubThenMulL 0 "drr";
    SubThenMulR 0 "drr";
    SubThenDivL 0 "drr";
    SubThenDivR 0 "drr";
    MulThenAddL 0 "drr";
    MulThenAddR 0 "drr";
    MulThenSubL 0 "drr";
    MulThenSubR 0 "drr";
    MulThenMulL 0 "drr";
    MulThenMulR 0 "drr";
    MulThenDivL 0 "drr";
    MulThenDivR 0 "drr";
    MulKThenAddL 0 "drk";
    MulKThenAddR 0 "drk";
    MulKThenSubL 0 "drk";
    MulKThenSubR 0 "drk";
    MulKThenMulL 0 "drk";
    MulKThenMulR 0 "drk";
    MulKThenDivL 0 "drk";
    MulKThenDivR 0 "drk";
    KMulThenAddL 0 "drk";
    KMulThenAddR 0 "drk";
    KMulThenSubL 0 "drk";
    KMulThenSubR 0 "drk";
    KMulThenMulL 0 "drk";
    KMulThenMulR 0 "drk";
    KMulThenDivL 0 "drk";
    KMulThenDivR 0 "drk";

    // A constant on the left, which stands in c.
    KAdd 0 "drk";
    KSub 0 "drk";
    KMul 0 "drk";
    KTrueDiv 0 "drk";

    Neg 0 "dr-";
    Not 0 "dr-";
    Invert 0 "dr-";

    /// a ← b[c]
    GetItem 0 "drr";
    GetItemK 0 "drk";
    /// … of a local that holds a list
    GetItemList 0 "drr";
    GetItemListK 0 "drk";
    /// … of a local that holds a tuple
    GetItemTuple 0 "drr";
    GetItemTupleK 0 "drk";
    // All of `b[c] += x` or `-=`, b being a local that holds a list: this instruction and those that follow. x is a
    // register, a constant (`K`), or the product of two floats (`Mul`).
    ItemAdd 0 "drr";
    ItemAddK 0 "drr";
    ItemAddMul 0 "drr";
    ItemSub 0 "drr";
    ItemSubK 0 "drr";
    ItemSubMul 0 "drr";
    ItemKAdd 0 "drk";
    ItemKAddK 0 "drk";
    ItemKAddMul 0 "drk";
    ItemKSub 0 "drk";
    ItemKSubK 0 "drk";
    ItemKSubMul 0 "drk";
    /// a[b] = c
    SetItem 0 "rrr";
    /// a[constant b] = c
    SetItemK 0 "rkr";
    DelItem 0 "rr-";
    /// a ← b[c:d], d in the word that follows
    GetSlice 1 "drr";
    /// a[b:c] = d, d in the word that follows
    SetSlice 1 "rrr";

    /// a ← b.name; the cache: type version and shape; place, value slot, counter
    LoadAttr 2 "drn";
    /// … an attribute of the instance, by shape
    LoadAttrSlot 2 "drn";
    /// … a member of `__slots__`
    LoadAttrMember 2 "drn";
    /// … an attribute of the class that does not bind
    LoadAttrClass 2 "drn";
    /// … an attribute of a module
    LoadAttrModule 2 "drn";
    /// … a property with a Python getter
    LoadAttrProperty 2 "drn";
    /// a.name = b
    StoreAttr 2 "rrn";
    StoreAttrSlot 2 "rrn";
    /// … a new attribute: the shape changes
    StoreAttrAdd 2 "rrn";
    StoreAttrMember 2 "rrn";
    DeleteAttr 0 "r-n";
    /// a, a+1 ← the method of b and b itself, or nothing and the attribute
    LoadMethod 2 "drn";
    /// … a function of the class, the instance has no such attribute
    LoadMethodShape 2 "drn";
    /// … a native method of a type whose instances have no dict
    LoadMethodPlain 2 "drn";
    /// … nothing and an attribute of a module
    LoadMethodModule 2 "drn";
    /// … nothing and a function of the class that b is
    LoadMethodClass 2 "drn";
    /// a ← super(a+1, a+2).name, called as `a`; b: bit 0 method form, bit 1 two arguments
    LoadSuperAttr 2 "d#n";

    /// a ← global name; the cache: both dicts' versions, and the place
    LoadGlobal 2 "d-n";
    LoadGlobalModule 2 "d-n";
    LoadGlobalBuiltin 2 "d-n";
    StoreGlobal 0 "r-n";
    DeleteGlobal 0 "--n";
    LoadName 0 "d-n";
    StoreName 0 "r-n";
    DeleteName 0 "--n";
    LoadLocals 0 "d--";
    /// a ← b[name], else the global
    LoadFromDictOrGlobals 0 "drn";
    /// a ← b[name of cell c], else the cell's content
    LoadFromDictOrDeref 0 "drr";
    /// A register's content moves into a new cell.
    MakeCell 0 "r--";
    /// The closure's cells fill b registers from a on.
    CopyFreeVars 0 "r#-";
    LoadDeref 0 "dr-";
    /// The cell a holds b.
    StoreDeref 0 "rr-";
    DeleteDeref 0 "r--";

    /// a ← the c values from b on
    BuildTuple 0 "dr#";
    BuildList 0 "dr#";
    BuildSet 0 "dr#";
    BuildString 0 "dr#";
    BuildSlice 0 "dr#";
    /// a ← the c pairs from b on
    BuildMap 0 "dr#";
    /// a ← the c values from b on, whose keys are the tuple that follows them
    BuildConstKeyMap 0 "dr#";
    /// The container a stays.
    ListAppend 0 "rr-";
    SetAdd 0 "rr-";
    MapAdd 0 "rrr";
    ListExtend 0 "rr-";
    SetUpdate 0 "rr-";
    DictUpdate 0 "rr-";
    /// … c is the function whose keywords are merged, and stays
    DictMerge 0 "rrr";
    /// a ← format(b); c: conversion, and 4 if the word that follows names a format
    FormatValue 1 "dr#";
    /// The registers from b on, c of them, ← the items of a, the first last
    Unpack 0 "rr#";
    /// The registers in the word that follows ← the items of a; c: two to four
    UnpackTo 1 "r-#";
    /// … with a starred target: c: items before it, and 256 × items after
    UnpackEx 0 "rr#";

    /// c ← call of a+1 with b arguments from a+2 on
    Call 0 "r#d";
    /// … of a native function of one argument
    CallOne 0 "r#d";
    /// c ← call of a with a+1 as first of b+1 arguments, or as [`Op::Call`] if a is empty
    CallMethod 0 "r#d";
    /// The same; the word that follows names the constant with the keywords' names
    CallKw 1 "r#d";
    /// c ← call of a+1 with the tuple a+2, and with the dict a+3 if b is 1
    CallEx 0 "r#d";
    /// a ← function of the code object at the end of the values from b on; c: MAKE_FUNCTION's bits
    MakeFunction 0 "dr#";
    Return 0 "r--";
    ReturnConst 0 "-K-";

    GetIter 0 "dr-";
    /// a ← next of b, which stays; at its end b is dropped and the jump taken
    ForIter 1 "dr-";
    ForIterRange 1 "dr-";
    ForIterList 1 "dr-";
    /// … whose items the next instruction takes apart
    ForIterRows 1 "dr-";
    ForIterEnumerate 1 "dr-";
    ForIterDict 1 "dr-";
    ForIterGenerator 1 "dr-";

    /// The handled exception's predecessor goes to a, it itself from a to a+1.
    PushExcInfo 0 "r--";
    PopExcept 0 "r--";
    /// a ← whether the exception b, which stays, matches c
    CheckExcMatch 0 "drr";
    /// a, a+1 ← rest and match of the exception a and the type a+1
    CheckEgMatch 0 "r--";
    /// Raises a again; b: 1 + the register that holds the offset, or 0
    Reraise 0 "r#-";
    /// `raise`, with b operands from a on
    Raise 0 "r#-";
    LoadAssertionError 0 "d--";
    LoadBuildClass 0 "d--";
    /// a, a+1 ← `__exit__` and the result of `__enter__` of a
    BeforeWith 0 "r--";
    BeforeAsyncWith 0 "r--";
    /// a ← call of the exit function b with the exception, three registers further
    WithExceptStart 0 "dr-";

    /// Makes the generator of this frame and returns it; what is sent first goes to a.
    ReturnGenerator 0 "d--";
    /// Hands out b; what is sent goes to a. All registers below a live on.
    Yield 0 "dr-";
    /// Sends b to a, which stays; b ← what it yields. At its end b ← its result and the jump is taken.
    Send 1 "rr-";
    /// a ← b, and what a held is dropped
    EndSend 0 "dr-";
    GetYieldFromIter 0 "dr-";
    /// c: 1 after `__aenter__`, 2 after `__aexit__`
    GetAwaitable 0 "dr#";
    GetAiter 0 "dr-";
    /// a ← awaitable of the next item of b, which stays
    GetAnext 0 "dr-";
    /// Ends with the exception a+1 unless it is `StopAsyncIteration`; drops both.
    EndAsyncFor 0 "r--";
    /// a, a+1 ← None and the value of the `StopIteration` a+2, else it is raised
    CleanupThrow 0 "r--";

    /// a ← module of that name; b, b+1: level and what to import from it
    ImportName 0 "drn";
    /// a ← name from b, which stays
    ImportFrom 0 "drn";
    /// The operand stays in all of these.
    GetLen 0 "dr-";
    MatchMapping 0 "dr-";
    MatchSequence 0 "dr-";
    /// a ← values of the keys b+1 in b, or None; both stay
    MatchKeys 0 "dr-";
    /// a ← attributes of the subject a matched by class a+1 with names a+2 and c positions, or None
    MatchClass 0 "r-#";
    SetupAnnotations 0 "---";
    /// c: the intrinsic's number
    Intrinsic1 0 "dr#";
    /// b, b+1: its operands
    Intrinsic2 0 "dr#";
}

impl Op {
    /// Whether instructions only become this at run time, guarded by what they saw.
    pub const fn is_quick(self) -> bool {
        matches!(
            self,
            Op::LoadAttrSlot
                | Op::LoadAttrMember
                | Op::LoadAttrClass
                | Op::LoadAttrModule
                | Op::LoadAttrProperty
                | Op::StoreAttrSlot
                | Op::StoreAttrAdd
                | Op::StoreAttrMember
                | Op::LoadMethodShape
                | Op::LoadMethodPlain
                | Op::LoadMethodModule
                | Op::LoadMethodClass
                | Op::LoadGlobalModule
                | Op::LoadGlobalBuiltin
                | Op::ForIterRange
                | Op::ForIterList
                | Op::ForIterRows
                | Op::ForIterEnumerate
                | Op::ForIterDict
                | Op::ForIterGenerator
                | Op::CallOne
        ) || (Op::AddFloat as u16 <= self as u16 && self as u16 <= Op::KMulThenDivR as u16)
            || (Op::GetItemList as u16 <= self as u16 && self as u16 <= Op::ItemKSubMul as u16)
    }

    /// Whether the loop calls out for it even when its guard holds.
    pub const fn runs_outside(self) -> bool {
        matches!(self, Op::LoadAttrProperty | Op::ForIterGenerator)
    }

    /// Whether the word that follows says how far it jumps.
    pub const fn jumps_by_next_word(self) -> bool {
        matches!(
            self,
            Op::ForIter
                | Op::ForIterRange
                | Op::ForIterList
                | Op::ForIterRows
                | Op::ForIterEnumerate
                | Op::ForIterDict
                | Op::ForIterGenerator
                | Op::Send
        ) || (Op::JumpLt as u16 <= self as u16 && self as u16 <= Op::JumpIn as u16)
    }

    /// The operation of that number; [`Op::Trap`] if there is none.
    pub fn of(number: u16) -> Op {
        Op::ALL
            .get(usize::from(number))
            .copied()
            .unwrap_or(Op::Trap)
    }

    /// The operation `steps` after this one in the list; [`Op::Trap`] past its end.
    pub const fn plus(self, steps: u16) -> Op {
        let at = (self as u16 + steps) as usize;
        if at < Op::ALL.len() {
            Op::ALL[at]
        } else {
            Op::Trap
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (i, op) in Op::ALL.iter().enumerate() {
            assert_eq!(*op as usize, i);
        }
        assert_eq!(Op::Add.plus(12), Op::Xor);
        assert_eq!(Op::Add.plus(13), Op::IAdd);
        assert_eq!(Op::AddK.plus(25), Op::IXorK);
    }
}
