//! Chooses the names of gauges: the best candidate of each, such that all names differ. Pure.

use aircraft_defs::{NameRequest, unique_names};

/// The candidates for the name of a gauge, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The global that it was first assigned to.
    pub global: Option<String>,
    /// The only path of table fields to it, without numbers (`lamps.gear`).
    pub path: Option<String>,
    /// Its `parameter_name`.
    pub parameter: Option<String>,
    /// The constant in the call that makes it.
    pub constant: Option<String>,
    /// Its `arg_number`.
    pub arg: Option<u32>,
}

/// Returns the names of gauges, in their order and no two alike.
///
/// When several gauges have the same best name, the first one keeps it, unless another one has it
/// from a global.
pub fn assign(gauges: &[Candidates]) -> Vec<String> {
    let mut order: Vec<usize> = (0..gauges.len()).collect();
    order.sort_by_key(|&index| gauges[index].global.is_none());
    let request = |&index: &usize| NameRequest::new(best(&gauges[index]), gauges[index].arg);
    let unique = unique_names(order.iter().map(request).collect(), &[]);
    let mut names = vec![String::new(); gauges.len()];
    for (index, name) in order.into_iter().zip(unique) {
        names[index] = name;
    }
    names
}

fn best(gauge: &Candidates) -> String {
    let ranked = [
        &gauge.global,
        &gauge.path,
        &gauge.parameter,
        &gauge.constant,
    ];
    let mut usable = ranked.into_iter().flatten().filter_map(|name| usable(name));
    usable.next().unwrap_or_else(|| {
        gauge
            .arg
            .map_or_else(|| "gauge".to_owned(), |arg| format!("arg_{arg}"))
    })
}

/// Returns a name as one word, unless it has no letter and could be taken for a number.
fn usable(name: &str) -> Option<String> {
    if !name.contains(char::is_alphabetic) {
        return None;
    }
    Some(match name.contains(char::is_whitespace) {
        true => name.split_whitespace().collect::<Vec<_>>().join("_"),
        false => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gauge(arg: u32) -> Candidates {
        Candidates {
            arg: Some(arg),
            ..Candidates::default()
        }
    }

    fn named(name: &str, arg: u32) -> Candidates {
        Candidates {
            global: Some(name.to_owned()),
            ..gauge(arg)
        }
    }

    #[test]
    fn the_best_name_is_taken() {
        let all = Candidates {
            global: Some("g".into()),
            path: Some("t.p".into()),
            parameter: Some("A PARAM".into()),
            constant: Some("CONST".into()),
            arg: Some(5),
        };
        let path = Candidates {
            global: None,
            ..all.clone()
        };
        let parameter = Candidates {
            path: None,
            ..path.clone()
        };
        let constant = Candidates {
            parameter: Some(" 12 ".into()),
            ..parameter.clone()
        };
        let arg = Candidates {
            constant: None,
            ..constant.clone()
        };
        let names = assign(&[all, path, parameter, constant, arg, Candidates::default()]);
        assert_eq!(names, ["g", "t.p", "A_PARAM", "CONST", "arg_5", "gauge"]);
    }

    #[test]
    fn one_name_for_several_gauges() {
        let gauges = [
            named("a", 1),
            named("a", 2),
            named("a", 2),
            named("A", 3),
            gauge(7),
            gauge(7),
        ];
        let names = assign(&gauges);
        assert_eq!(names, ["a", "a_2", "a_2_2", "A", "arg_7", "arg_7_7"]);
    }

    #[test]
    fn a_global_keeps_its_name() {
        let parameter = Candidates {
            parameter: Some("Canopy".into()),
            ..gauge(9)
        };
        assert_eq!(
            assign(&[parameter, named("Canopy", 1)]),
            ["Canopy_9", "Canopy"]
        );
    }

    #[test]
    fn a_substitute_name_does_not_take_the_name_of_another_gauge() {
        let names = assign(&[named("a", 1), named("a", 2), named("a_2", 3)]);
        assert_eq!(names, ["a", "a_2_2", "a_2"]);
    }
}
