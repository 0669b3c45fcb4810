//! Functions that reach out of the machine or run text as code: calling one gives
//! an unknown and a warning, so that the rest of the file still counts.

use super::{
    super::{Args, Machine, Returns, error::Stop},
    Builtin,
};

macro_rules! refused {
    ($($name:literal: $why:expr),* $(,)?) => {
        &[$(Builtin::lenient($name, |machine: &mut Machine, _: Args| -> Result<Returns, Stop> {
            Ok(Returns::One(machine.report_refused($name, $why)))
        })),*]
    };
}

const CODE: &str = "text is not run as code";
const ENVIRONMENT: &str = "environments cannot be changed";
const FILES: &str = "files are out of reach";
const SYSTEM: &str = "the system is out of reach";
const DEBUG: &str = "the running code is out of reach";
const THREADS: &str = "coroutines are not supported";

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
