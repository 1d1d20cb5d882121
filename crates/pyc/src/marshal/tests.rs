//! Small streams, made by hand.

use super::{Environment, LiveStrings, Tape, code_tree, write_compiled};
use crate::Problem;
use hognose_bytecode::{CodeObject, Const, LocalKind, PyStr};
use hognose_version::Version;
use std::sync::Arc;

fn module(consts: Vec<Const>) -> CodeObject {
    CodeObject {
        stacksize: 1,
        code: vec![0x97, 0, 0x79, 0],
        consts,
        names: vec![PyStr::new("x")],
        filename: PyStr::new("f.py"),
        name: PyStr::new("<module>"),
        qualname: PyStr::new("<module>"),
        linetable: vec![0xf0, 3, 1, 1, 1],
        firstlineno: 1,
        ..CodeObject::default()
    }
}

fn written(code: &CodeObject) -> Vec<u8> {
    let mut out = Vec::new();
    write_compiled(code, &Environment::default(), &mut out);
    out
}

/// Writes, reads, writes again.
fn round_trip(code: &CodeObject) -> Arc<CodeObject> {
    let bytes = written(code);
    let tape = Tape::read(&bytes, 0, Version::DEFAULT).unwrap();
    let mut copy = Vec::new();
    tape.write(&mut copy);
    assert_eq!(copy, bytes);
    let again = code_tree(&tape).unwrap();
    assert_eq!(written(&again), bytes);
    again
}

#[test]
fn all_constants_round_trip() {
    let big = "123456789012345678901234567890".parse().unwrap();
    let consts = vec![
        Const::None,
        Const::Ellipsis,
        Const::True,
        Const::False,
        Const::Int(-6),
        Const::Int(1 << 40),
        Const::Int(i64::MIN),
        Const::int(big),
        Const::Float(-0.0),
        Const::Complex { re: 1.5, im: -0.0 },
        Const::str("plain"),
        Const::str("not plain"),
        Const::str("é"),
        Const::Str(PyStr::from_code_points([0xd800]).unwrap()),
        Const::str(&"long ".repeat(100)),
        Const::Bytes(b"bytes".as_slice().into()),
        Const::tuple([Const::Int(1), Const::tuple([])]),
        Const::FrozenSet(
            [
                Const::str("a"),
                Const::Int(300),
                Const::tuple([Const::Int(1)]),
            ]
            .into(),
        ),
        Const::tuple((0..300).map(Const::Int).collect::<Vec<_>>()),
        Const::Code(Arc::new(CodeObject {
            name: PyStr::new("f"),
            qualname: PyStr::new("C.f"),
            localsplusnames: vec![PyStr::new("a")],
            localspluskinds: vec![LocalKind::LOCAL],
            ..module(vec![])
        })),
    ];
    let code = module(consts);
    let again = round_trip(&code);
    assert_eq!(again.consts.len(), code.consts.len());
    for (ours, read) in code.consts.iter().zip(&again.consts) {
        assert_eq!(ours, read);
    }
}

#[test]
fn equal_constants_become_references() {
    let text = Const::str("not an identifier");
    let once = written(&module(vec![text.clone()]));
    let in_tuple = Const::tuple([text.clone(), text.clone()]);
    let twice = written(&module(vec![text, in_tuple]));
    assert!(!once.windows(2).any(|pair| pair == [b'z' | 0x80, 17]));
    assert!(twice.windows(2).any(|pair| pair == [b'z' | 0x80, 17]));
}

#[test]
fn a_frozenset_of_identifiers_is_not_shared() {
    let set = |text: &str| Const::FrozenSet([Const::str(text), Const::Int(1000)].into());
    let count = |text: &str, live| {
        let function = |name: &str| {
            Const::Code(Arc::new(CodeObject {
                name: PyStr::new(name),
                qualname: PyStr::new(name),
                ..module(vec![set(text)])
            }))
        };
        let code = module(vec![function("f"), function("g"), set(text)]);
        let environment = Environment {
            live,
            ..Environment::default()
        };
        let mut out = Vec::new();
        write_compiled(&code, &environment, &mut out);
        out.windows(5)
            .filter(|bytes| bytes[0] & 0x7f == b'>' && bytes[1..] == [2, 0, 0, 0])
            .count()
    };
    assert_eq!(count("no_such_name_anywhere", LiveStrings::PyCompile), 1);
    // "x" is an identifier of the module; "zone" is alive under compileall only. Equal constant tuples
    // of f and g are one object, so the set is made twice, not three times.
    assert_eq!(count("zone", LiveStrings::PyCompile), 1);
    assert_eq!(count("zone", LiveStrings::CompileAll), 2);
}

fn problem(bytes: &[u8]) -> Problem {
    let tape = Tape::read(bytes, 0, Version::DEFAULT);
    tape.and_then(|tape| code_tree(&tape)).unwrap_err().problem
}

#[test]
fn hostile_streams_are_refused() {
    assert_eq!(problem(b""), Problem::Truncated);
    assert_eq!(problem(b"0"), Problem::UnexpectedNull);
    assert_eq!(problem(b"("), Problem::Truncated);
    assert_eq!(
        problem(b"(\xff\xff\xff\x7f"),
        Problem::BadLength(0x7fff_ffff)
    );
    assert_eq!(problem(b"s\xff\xff\xff\xff"), Problem::BadLength(-1));
    assert_eq!(problem(b"r\0\0\0\0"), Problem::BadReference(0));
    assert_eq!(
        problem(b"\xa9\x01r\0\0\0\0"),
        Problem::UnfinishedReference(0)
    );
    assert_eq!(problem(b"q"), Problem::UnknownType(b'q'));
    assert_eq!(problem(b"N"), Problem::NotCode);
    assert_eq!(problem(b"[\0\0\0\0"), Problem::NotAConstant(b'['));
    assert_eq!(problem(b"{NN0"), Problem::NotAConstant(b'{'));
    assert_eq!(problem(b"l\x01\0\0\0\0\0"), Problem::BadInteger);
    assert_eq!(problem(b"a\x01\0\0\0\xff"), Problem::BadText);
    assert_eq!(problem(&b")\x01".repeat(5000)), Problem::TooDeep);
}

#[test]
fn references_cannot_unfold_without_bound() {
    // Each tuple holds the one before twice.
    let mut bytes = b"(\x40\0\0\0\xa9\x01N".to_vec();
    for index in 0..63u32 {
        bytes.extend_from_slice(b"\xa9\x02");
        for _ in 0..2 {
            bytes.push(b'r');
            bytes.extend_from_slice(&index.to_le_bytes());
        }
    }
    assert_eq!(problem(&bytes), Problem::TooLarge);
}
