//! What `hognose run` tells of python's own options.

/// After the help that clap makes.
pub const OPTIONS: &str = "\
Python's options:
  -b          warn when bytes are used as text; -bb: raise
  -B          write no caches (PYTHONDONTWRITEBYTECODE)
  -c CODE     run CODE; what follows are its arguments
  -d          set sys.flags.debug (PYTHONDEBUG)
  -E          take no notice of PYTHON* variables
  -h          show this help (-?, --help; more: --help-env, --help-xoptions, --help-all)
  -i          prompt after the program, and though stdin is no terminal (PYTHONINSPECT)
  -I          run apart from the user's environment: -E, -P and -s
  -m MODULE   run a module of the path as a program
  -O          leave out asserts; -OO: docstrings too (PYTHONOPTIMIZE)
  -P          put no folder of the program on sys.path (PYTHONSAFEPATH)
  -q          prompt without a greeting
  -R          hash at random whatever PYTHONHASHSEED says
  -s          leave the user's site-packages out (PYTHONNOUSERSITE)
  -S          do not import site
  -u          write standard output and error at once (PYTHONUNBUFFERED)
  -v          tell of each import; -vv: more (PYTHONVERBOSE)
  -V          tell the version; -VV: more (--version)
  -W FILTER   filter warnings: action:message:category:module:lineno (PYTHONWARNINGS)
  -x          skip the first line of the source
  -X OPTION   an option of the implementation: --help-xoptions lists them
  --check-hash-based-pycs default|always|never
              which caches by hash are compared with their source
  -           the program is standard input, as it is without a program

Examples:
  hognose run app.py --its-own-option
  hognose run -m package.module
  hognose run -c 'print(2 ** 100)'
  hognose run app.zip
  echo 'print(1)' | hognose run -
  hognose run -X stats app.py   # what the executor did, on standard error";

/// `--help-env`.
pub const VARIABLES: &str = "\
Variables of the environment that have an effect:
  HOGNOSE_STDLIB          the standard library's folder
  PYTHONBREAKPOINT        what breakpoint() calls; 0: nothing
  PYTHONDEBUG             -d
  PYTHONDEVMODE           -X dev
  PYTHONDONTWRITEBYTECODE -B
  PYTHONHASHSEED          the seed of str hashes: random, or a number; 0: none
  PYTHONINSPECT           -i
  PYTHONINTMAXSTRDIGITS   -X int_max_str_digits
  PYTHONIOENCODING        encoding[:errors] of the standard streams
  PYTHONNOUSERSITE        -s
  PYTHONOPTIMIZE          -O
  PYTHONPATH              folders to look for modules in first, with : between them
  PYTHONPYCACHEPREFIX     -X pycache_prefix
  PYTHONSAFEPATH          -P
  PYTHONSTARTUP           a file that is run before the first prompt
  PYTHONUNBUFFERED        -u
  PYTHONUTF8              -X utf8
  PYTHONVERBOSE           -v
  PYTHONWARNINGS          -W, with commas between filters
";

/// `--help-xoptions`.
pub const X_OPTIONS: &str = "\
Options of the implementation that have an effect:
  -X dev                   more warnings, as while developing
  -X int_max_str_digits=N  most digits of an int made from or into text; 0: any number
  -X pycache_prefix=DIR    caches go below DIR instead of into __pycache__
  -X stats                 what the executor did, on standard error
  -X utf8[=0|1]            UTF-8 mode on or off
  -X warn_default_encoding warn where a file's encoding is left to the locale
Others are taken and stand in sys._xoptions.
";
