//! What symbol analysis refuses, in CPython's words.

use hognose_ast::{Loc, Name, Names};

/// A refusal, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The name it is about, for the kinds that have one.
    pub name: Option<Name>,
    /// The place to point at; meaningless for [`ErrorKind::Recursion`].
    pub location: Loc,
}

/// The reasons of `Python/symtable.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `RecursionError`, not a syntax error.
    Recursion,
    GlobalParam,
    NonlocalParam,
    GlobalAfterAssign,
    NonlocalAfterAssign,
    GlobalAfterUse,
    NonlocalAfterUse,
    GlobalAnnotated,
    NonlocalAnnotated,
    NonlocalAndGlobal,
    NonlocalAtModule,
    NoBindingForNonlocal,
    NonlocalTypeParam,
    ImportStar,
    WalrusInClass,
    WalrusInTypeVarBound,
    WalrusInTypeAlias,
    WalrusInTypeParams,
    WalrusRebindsIteration,
    InnerLoopRebindsWalrus,
    WalrusInIterable,
    DuplicateArgument,
    DuplicateTypeParam,
    ReservedTypeParam,
    LambdaInClassAnnotationScope,
    ComprehensionInClassAnnotationScope,
    /// A construct that an annotation-like scope does not allow.
    NotAllowed(Construct, Place),
    YieldInList,
    YieldInSet,
    YieldInDict,
    YieldInGenerator,
}

/// Something that annotation-like scopes refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Construct {
    NamedExpression,
    Yield,
    Await,
}

/// An annotation-like scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Annotation,
    TypeVarBound,
    TypeVarConstraint,
    TypeVarDefault,
    ParamSpecDefault,
    TypeVarTupleDefault,
    TypeAlias,
    TypeParams,
}

impl Error {
    /// CPython's message.
    pub fn message(&self, names: &Names) -> String {
        let name = self.name.map_or("", |name| names.get(name));
        match self.kind {
            ErrorKind::Recursion => {
                "maximum recursion depth exceeded during compilation".to_owned()
            }
            ErrorKind::GlobalParam => format!("name '{name}' is parameter and global"),
            ErrorKind::NonlocalParam => format!("name '{name}' is parameter and nonlocal"),
            ErrorKind::GlobalAfterAssign => {
                format!("name '{name}' is assigned to before global declaration")
            }
            ErrorKind::NonlocalAfterAssign => {
                format!("name '{name}' is assigned to before nonlocal declaration")
            }
            ErrorKind::GlobalAfterUse => {
                format!("name '{name}' is used prior to global declaration")
            }
            ErrorKind::NonlocalAfterUse => {
                format!("name '{name}' is used prior to nonlocal declaration")
            }
            ErrorKind::GlobalAnnotated => format!("annotated name '{name}' can't be global"),
            ErrorKind::NonlocalAnnotated => format!("annotated name '{name}' can't be nonlocal"),
            ErrorKind::NonlocalAndGlobal => format!("name '{name}' is nonlocal and global"),
            ErrorKind::NonlocalAtModule => {
                "nonlocal declaration not allowed at module level".to_owned()
            }
            ErrorKind::NoBindingForNonlocal => format!("no binding for nonlocal '{name}' found"),
            ErrorKind::NonlocalTypeParam => {
                format!("nonlocal binding not allowed for type parameter '{name}'")
            }
            ErrorKind::ImportStar => "import * only allowed at module level".to_owned(),
            ErrorKind::WalrusInClass => walrus_in_comprehension("in a class body"),
            ErrorKind::WalrusInTypeVarBound => walrus_in_comprehension("in a TypeVar bound"),
            ErrorKind::WalrusInTypeAlias => walrus_in_comprehension("in a type alias"),
            ErrorKind::WalrusInTypeParams => {
                walrus_in_comprehension("within the definition of a generic")
            }
            ErrorKind::WalrusRebindsIteration => format!(
                "assignment expression cannot rebind comprehension iteration variable '{name}'"
            ),
            ErrorKind::InnerLoopRebindsWalrus => format!(
                "comprehension inner loop cannot rebind assignment expression target '{name}'"
            ),
            ErrorKind::WalrusInIterable => {
                "assignment expression cannot be used in a comprehension iterable expression"
                    .to_owned()
            }
            ErrorKind::DuplicateArgument => {
                format!("duplicate argument '{name}' in function definition")
            }
            ErrorKind::DuplicateTypeParam => format!("duplicate type parameter '{name}'"),
            ErrorKind::ReservedTypeParam => {
                format!("reserved name '{name}' cannot be used for type parameter")
            }
            ErrorKind::LambdaInClassAnnotationScope => {
                "Cannot use lambda in annotation scope within class scope".to_owned()
            }
            ErrorKind::ComprehensionInClassAnnotationScope => {
                "Cannot use comprehension in annotation scope within class scope".to_owned()
            }
            ErrorKind::NotAllowed(construct, place) => {
                let construct = match construct {
                    Construct::NamedExpression => "named expression",
                    Construct::Yield => "yield expression",
                    Construct::Await => "await expression",
                };
                let place = match place {
                    Place::Annotation => "an annotation",
                    Place::TypeVarBound => "a TypeVar bound",
                    Place::TypeVarConstraint => "a TypeVar constraint",
                    Place::TypeVarDefault => "a TypeVar default",
                    Place::ParamSpecDefault => "a ParamSpec default",
                    Place::TypeVarTupleDefault => "a TypeVarTuple default",
                    Place::TypeAlias => "a type alias",
                    Place::TypeParams => "the definition of a generic",
                };
                format!("{construct} cannot be used within {place}")
            }
            ErrorKind::YieldInList => "'yield' inside list comprehension".to_owned(),
            ErrorKind::YieldInSet => "'yield' inside set comprehension".to_owned(),
            ErrorKind::YieldInDict => "'yield' inside dict comprehension".to_owned(),
            ErrorKind::YieldInGenerator => "'yield' inside generator expression".to_owned(),
        }
    }
}

fn walrus_in_comprehension(place: &str) -> String {
    format!("assignment expression within a comprehension cannot be used {place}")
}
