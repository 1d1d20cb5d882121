//! `_opcode`: what is known of instructions (`Modules/_opcode.c`).

use hognose_bytecode::OpTable;
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Signature, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "stack_effect",
        "($module, opcode, oparg=None, /, *, jump=None)",
        Call::Many(stack_effect),
    ),
    NativeDef::new(
        "get_specialization_stats",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
];

/// From here on an instruction has an argument (`HAVE_ARGUMENT`).
const HAVE_ARGUMENT: u8 = 90;

fn stack_effect(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "stack_effect",
        params: &["", "", "jump"],
        positional_only: 2,
        positional: 2,
        required: 1,
    };
    let [opcode, argument, jump] = rt.bind(&SIGNATURE, args)?;
    let opcode = super::int_argument(rt, opcode, 0)?;
    let argument = argument.filter(|a| !a.is_none());
    let jump = match jump.filter(|j| !j.is_none()) {
        None => None,
        Some(jump) if jump.is(&Value::TRUE) => Some(true),
        Some(jump) if jump.is(&Value::FALSE) => Some(false),
        Some(_) => return Err(rt.value_error("stack_effect: jump must be False, True or None")),
    };
    let invalid = || rt.value_error("invalid opcode or oparg");
    let table = OpTable::default_version();
    let info = table
        .rows
        .iter()
        .find(|row| i64::from(row.code) == opcode)
        .ok_or_else(invalid)?;
    // Pseudo-instructions from 256 up take one too.
    let takes = u8::try_from(opcode).is_ok_and(|code| code >= HAVE_ARGUMENT) || opcode > 255;
    let argument = match (takes, argument) {
        (true, Some(argument)) => super::int_argument(rt, Some(argument), 0)? as u32,
        (true, None) => {
            return Err(
                rt.value_error("stack_effect: opcode requires oparg but oparg was not specified")
            );
        }
        (false, Some(_)) => {
            return Err(rt.value_error(
                "stack_effect: opcode does not permit oparg but oparg was specified",
            ));
        }
        (false, None) => 0,
    };
    let effect = match jump {
        None => info.effect_max(argument),
        Some(true) => info.effect_jump(argument),
        Some(false) => info.effect(argument),
    };
    Ok(rt.int(i64::from(effect)))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_opcode", FUNCTIONS))
}
