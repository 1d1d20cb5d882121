//! Every instruction that the loop does not run itself, to its family.

use super::{
    Cx, Frame, arith, attr, build, call, except, gen_, import, matching, names, subscript,
};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::PyResult;

/// Runs one instruction; the frame's `pc` stands behind it and its cache words.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction, `op` the operation in it.
#[inline(never)]
pub(super) unsafe fn other(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract, handed on.
    unsafe {
        match op {
            Op::Null => (*f).set(i.a, 0),
            Op::Swap => {
                let (a, b) = ((*f).take(i.a), (*f).take(i.b));
                for (register, value) in [(i.a, b), (i.b, a)] {
                    (*f).set(register, value.map_or(0, Value::into_raw));
                }
            }
            Op::JumpIfTrueKeep | Op::JumpIfFalseKeep => {
                let holds = rt.truth(&(*f).peek(i.a))?;
                if holds == (op == Op::JumpIfTrueKeep) {
                    (*f).pc = (*f).pc.offset(i.second() as i32 as isize);
                }
            }
            Op::JumpIn => {
                let (item, container) = ((*f).operand(i.a), (*f).operand(i.b));
                let found = rt.contains(&container, &item)?;
                drop((item, container));
                if u16::from(found) == i.c {
                    let target = (*(*f).pc.sub(1)).get();
                    (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
                }
            }
            Op::Is | Op::IsNot => {
                let (l, r) = ((*f).operand(i.b), (*f).operand(i.c));
                let same = l.is(&r);
                drop((l, r));
                (*f).put(i.a, Value::bool(same == (op == Op::Is)));
            }
            Op::In | Op::NotIn => {
                let (item, container) = ((*f).operand(i.b), (*f).operand(i.c));
                let found = rt.contains(&container, &item)?;
                drop((item, container));
                (*f).put(i.a, Value::bool(found == (op == Op::In)));
            }
            Op::MatMul
            | Op::Pow
            | Op::IMatMul
            | Op::IPow
            | Op::MatMulK
            | Op::PowK
            | Op::IMatMulK
            | Op::IPowK => {
                return arith::binary(cx, f, i);
            }
            Op::Neg | Op::Not | Op::Invert => {
                let value = (*f).operand(i.b);
                let made = match op {
                    Op::Neg => rt.neg(&value)?,
                    Op::Invert => rt.invert(&value)?,
                    _ => Value::bool(!rt.truth(&value)?),
                };
                drop(value);
                (*f).put(i.a, made);
            }
            Op::DelItem | Op::GetSlice | Op::SetSlice => return subscript::other(cx, f, op, i),
            Op::StoreAttr => return attr::store_attr(cx, f, i),
            Op::DeleteAttr => return attr::delete_attr(cx, f, i),
            Op::LoadSuperAttr => return attr::load_super_attr(cx, f, i),
            Op::LoadGlobal => return names::load_global(cx, f, i),
            Op::StoreGlobal
            | Op::DeleteGlobal
            | Op::LoadName
            | Op::StoreName
            | Op::DeleteName
            | Op::LoadLocals
            | Op::LoadFromDictOrGlobals
            | Op::LoadFromDictOrDeref
            | Op::SetupAnnotations => return names::other(cx, f, op, i),
            Op::MakeCell | Op::DeleteDeref | Op::DeleteLocal | Op::CheckLocal => {
                return names::cells(cx, f, op, i);
            }
            Op::BuildSet | Op::BuildString | Op::BuildSlice | Op::BuildConstKeyMap => {
                return build::build(cx, f, op, i);
            }
            Op::ListExtend | Op::SetUpdate | Op::DictUpdate | Op::DictMerge => {
                return build::add(cx, f, op, i);
            }
            Op::FormatValue => return build::format_value(cx, f, i),
            Op::UnpackEx => return build::unpack_starred(cx, f, i),
            Op::CallEx => return call::call_ex(cx, f, i),
            Op::MakeFunction => return build::make_function(cx, f, i),
            Op::GetIter => {
                let iterable = (*f).operand(i.b);
                let made = rt.iter(&iterable)?;
                drop(iterable);
                (*f).put(i.a, made);
            }
            Op::PushExcInfo => except::push_exc_info(cx, f, i),
            Op::PopExcept => except::pop_except(cx, f, i),
            Op::CheckExcMatch => return except::check_match(cx, f, i),
            Op::CheckEgMatch => return except::check_group_match(cx, f, i),
            Op::Reraise => return Err(except::reraise(cx, f, i)),
            Op::Raise => return Err(except::raise(cx, f, i)),
            Op::LoadAssertionError => {
                (*f).put(i.a, rt.types.assertion_error.as_value().clone());
            }
            Op::LoadBuildClass => {
                let builtins = &(*f).function().builtins;
                let found = builtins.get_str(rt, &rt.names.build_class_);
                let Some(found) = found else {
                    return Err(rt.name_error("__build_class__ not found"));
                };
                (*f).put(i.a, found);
            }
            Op::BeforeWith => return except::before_with(cx, f, i, false),
            Op::BeforeAsyncWith => return except::before_with(cx, f, i, true),
            Op::WithExceptStart => return except::with_except_start(cx, f, i),
            Op::EndSend
            | Op::GetYieldFromIter
            | Op::GetAwaitable
            | Op::GetAiter
            | Op::GetAnext
            | Op::EndAsyncFor
            | Op::CleanupThrow => return gen_::other(cx, f, op, i),
            Op::ImportName | Op::ImportFrom => return import::import(cx, f, op, i),
            Op::GetLen | Op::MatchMapping | Op::MatchSequence | Op::MatchKeys | Op::MatchClass => {
                return matching::matching(cx, f, op, i);
            }
            Op::Intrinsic1 | Op::Intrinsic2 => return import::intrinsic(cx, f, op, i),
            _ => {
                return Err(rt.system_error(format!("instruction {op:?} is not one to run")));
            }
        }
    }
    Ok(())
}
