//! Functions that are refused, since they have an effect outside of the machine or run text as
//! code. A call of one returns an unknown with a warning, so that the file goes on.

use super::{
    super::{Args, Machine, Returns, error::EvalError},
    Builtin,
};

macro_rules! refused {
    ($($name:literal: $why:expr),* $(,)?) => {
        &[$(Builtin::lenient($name, |machine: &mut Machine, _: Args| -> Result<Returns, EvalError> {
            Ok(Returns::One(machine.report_refused($name, $why)))
        })),*]
    };
}

const CODE: &str = "defgen does not run text as code";
const ENVIRONMENT: &str = "defgen does not support environments";
const FILES: &str = "defgen gives scripts no access to files";
const SYSTEM: &str = "defgen gives scripts no access to the system";
const DEBUG: &str = "defgen does not support debugging";
const THREADS: &str = "defgen does not support coroutines";

pub(super) const FUNCTIONS: &[Builtin] = refused! {
    "load": CODE,
    "loadstring": CODE,
    "module": ENVIRONMENT,
    "setfenv": ENVIRONMENT,
    "newproxy": DEBUG,
    "gcinfo": SYSTEM,
};

pub(super) const LIBRARIES: [(&str, &[Builtin]); 4] = [
    ("io", IO),
    ("os", OS),
    ("debug", DEBUGGING),
    ("coroutine", COROUTINES),
];

const IO: &[Builtin] = refused! {
    "io.close": FILES,
    "io.flush": FILES,
    "io.input": FILES,
    "io.lines": FILES,
    "io.open": FILES,
    "io.output": FILES,
    "io.popen": SYSTEM,
    "io.read": FILES,
    "io.tmpfile": FILES,
    "io.type": FILES,
    "io.write": FILES,
};

const OS: &[Builtin] = refused! {
    "os.clock": SYSTEM,
    "os.date": SYSTEM,
    "os.difftime": SYSTEM,
    "os.execute": SYSTEM,
    "os.exit": SYSTEM,
    "os.getenv": SYSTEM,
    "os.remove": FILES,
    "os.rename": FILES,
    "os.setlocale": SYSTEM,
    "os.time": SYSTEM,
    "os.tmpname": FILES,
};

const DEBUGGING: &[Builtin] = refused! {
    "debug.debug": DEBUG,
    "debug.getfenv": DEBUG,
    "debug.gethook": DEBUG,
    "debug.getinfo": DEBUG,
    "debug.getlocal": DEBUG,
    "debug.getmetatable": DEBUG,
    "debug.getregistry": DEBUG,
    "debug.getupvalue": DEBUG,
    "debug.setfenv": DEBUG,
    "debug.sethook": DEBUG,
    "debug.setlocal": DEBUG,
    "debug.setmetatable": DEBUG,
    "debug.setupvalue": DEBUG,
    "debug.traceback": DEBUG,
};

const COROUTINES: &[Builtin] = refused! {
    "coroutine.create": THREADS,
    "coroutine.resume": THREADS,
    "coroutine.running": THREADS,
    "coroutine.status": THREADS,
    "coroutine.wrap": THREADS,
    "coroutine.yield": THREADS,
};
