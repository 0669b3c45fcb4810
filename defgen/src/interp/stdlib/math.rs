//! The library `math`, without random numbers.

use super::{
    super::{Args, Machine, Returns, Value, error::EvalError},
    Builtin,
    args::to_integer,
};

type Result = std::result::Result<Returns, EvalError>;

const DEGREE: f64 = std::f64::consts::PI / 180.0;
const NO_RANDOM: &str = "defgen has no random numbers";

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::new("abs", |machine, args| unary(machine, args, f64::abs)),
    Builtin::new("acos", |machine, args| unary(machine, args, f64::acos)),
    Builtin::new("asin", |machine, args| unary(machine, args, f64::asin)),
    Builtin::new("atan", |machine, args| unary(machine, args, f64::atan)),
    Builtin::new("atan2", |machine, args| binary(machine, args, f64::atan2)),
    Builtin::new("ceil", |machine, args| unary(machine, args, f64::ceil)),
    Builtin::new("cos", |machine, args| unary(machine, args, f64::cos)),
    Builtin::new("cosh", |machine, args| unary(machine, args, f64::cosh)),
    Builtin::new("deg", |machine, args| {
        unary(machine, args, |radians| radians / DEGREE)
    }),
    Builtin::new("exp", |machine, args| unary(machine, args, f64::exp)),
    Builtin::new("floor", |machine, args| unary(machine, args, f64::floor)),
    Builtin::new("fmod", |machine, args| {
        binary(machine, args, |left, right| left % right)
    }),
    Builtin::new("frexp", frexp),
    Builtin::new("ldexp", ldexp),
    Builtin::new("log", |machine, args| unary(machine, args, f64::ln)),
    Builtin::new("log10", |machine, args| unary(machine, args, f64::log10)),
    Builtin::new("max", |machine, args| {
        extreme(machine, args, |best, other| other > best)
    }),
    Builtin::new("min", |machine, args| {
        extreme(machine, args, |best, other| other < best)
    }),
    Builtin::new("mod", |machine, args| {
        binary(machine, args, |left, right| left % right)
    }),
    Builtin::new("modf", modf),
    Builtin::new("pow", |machine, args| binary(machine, args, f64::powf)),
    Builtin::new("rad", |machine, args| {
        unary(machine, args, |degrees| degrees * DEGREE)
    }),
    Builtin::lenient("math.random", |machine, _| {
        Ok(Returns::One(
            machine.report_refused("math.random", NO_RANDOM),
        ))
    }),
    Builtin::lenient("math.randomseed", |_, _| Ok(Returns::None)),
    Builtin::new("sin", |machine, args| unary(machine, args, f64::sin)),
    Builtin::new("sinh", |machine, args| unary(machine, args, f64::sinh)),
    Builtin::new("sqrt", |machine, args| unary(machine, args, f64::sqrt)),
    Builtin::new("tan", |machine, args| unary(machine, args, f64::tan)),
    Builtin::new("tanh", |machine, args| unary(machine, args, f64::tanh)),
];

fn unary(machine: &mut Machine, args: Args, function: fn(f64) -> f64) -> Result {
    let number = args.number(machine, 0)?;
    Ok(Returns::One(Value::Number(function(number))))
}

fn binary(machine: &mut Machine, args: Args, function: fn(f64, f64) -> f64) -> Result {
    // As in Lua compiled by common C compilers, the error for the last argument comes first.
    let right = args.number(machine, 1)?;
    let left = args.number(machine, 0)?;
    Ok(Returns::One(Value::Number(function(left, right))))
}

fn extreme(machine: &mut Machine, args: Args, better: fn(f64, f64) -> bool) -> Result {
    let mut best = args.number(machine, 0)?;
    for index in 1..args.len() {
        let other = args.number(machine, index)?;
        if better(best, other) {
            best = other;
        }
    }
    Ok(Returns::One(Value::Number(best)))
}

fn modf(machine: &mut Machine, args: Args) -> Result {
    let number = args.number(machine, 0)?;
    let whole = number.trunc();
    let rest = if number.is_infinite() {
        0.0
    } else {
        number - whole
    };
    Ok(Returns::Many(vec![
        Value::Number(whole),
        Value::Number(rest.copysign(number)),
    ]))
}

/// Returns a mantissa in [0.5, 1) and a power of two.
fn frexp(machine: &mut Machine, args: Args) -> Result {
    let number = args.number(machine, 0)?;
    let (mantissa, exponent) = if number == 0.0 || !number.is_finite() {
        (number, 0)
    } else {
        // Subnormal numbers are made normal first.
        let (number, shift) = match number.is_subnormal() {
            true => (number * 2_f64.powi(64), 64),
            false => (number, 0),
        };
        let exponent = ((number.to_bits() >> 52) & 0x7ff) as i32 - 1022;
        let mantissa = f64::from_bits(number.to_bits() & !(0x7ff << 52) | 1022 << 52);
        (mantissa, exponent - shift)
    };
    Ok(Returns::Many(vec![
        Value::Number(mantissa),
        Value::Number(f64::from(exponent)),
    ]))
}

fn ldexp(machine: &mut Machine, args: Args) -> Result {
    let mut power = (to_integer(args.number(machine, 1)?) as i32).clamp(-2_200, 2_200);
    let mut number = args.number(machine, 0)?;
    while power != 0 && number != 0.0 && number.is_finite() {
        let step = power.clamp(-1_000, 1_000);
        number *= 2_f64.powi(step);
        power -= step;
    }
    Ok(Returns::One(Value::Number(number)))
}
