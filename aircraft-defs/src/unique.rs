//! Unique names for entries that ask for the same name.

use std::collections::{HashMap, HashSet};

/// An entry's request for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRequest {
    /// The name.
    pub name: String,
    /// A number, usually that of an arg, that distinguishes the entry from others with the name.
    pub number: Option<u32>,
}

impl NameRequest {
    /// Creates a request for `name`.
    pub fn new(name: impl Into<String>, number: Option<u32>) -> Self {
        let name = name.into();
        Self { name, number }
    }
}

/// Returns one name for each request, in their order. All names differ, and none is in `reserved`.
///
/// The first request for a name gets it. Every later one gets the name with `_<number>` appended.
/// If that is taken too, or there is no number, it gets the first free suffix of `_2`, `_3` and so
/// on. A requested name is never used as a substitute for another entry, whatever the order.
pub fn unique_names(requests: Vec<NameRequest>, reserved: &[&str]) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
    let is_first: Vec<bool> = requests
        .iter()
        .map(|request| taken.insert(request.name.clone()))
        .collect();
    let mut last_suffixes = HashMap::new();
    let names = requests.into_iter().zip(is_first);
    names
        .map(|(request, is_first)| match is_first {
            true => request.name,
            false => substitute(&request, &mut last_suffixes, &mut taken),
        })
        .collect()
}

/// Takes the first free substitute for the requested name.
///
/// `last_suffixes` holds the last suffix tried for each name, so that a thousand requests for one
/// name do not try a thousand suffixes each.
fn substitute(
    request: &NameRequest,
    last_suffixes: &mut HashMap<String, u32>,
    taken: &mut HashSet<String>,
) -> String {
    let base = match request.number {
        Some(number) => format!("{}_{number}", request.name),
        None => request.name.clone(),
    };
    let suffix = last_suffixes.entry(base.clone()).or_default();
    loop {
        *suffix += 1;
        let name = match *suffix {
            1 => base.clone(),
            suffix => format!("{base}_{suffix}"),
        };
        if taken.insert(name.clone()) {
            return name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(requests: &[(&str, Option<u32>)], expected: &[&str]) {
        let requests = requests
            .iter()
            .map(|&(name, number)| NameRequest::new(name, number));
        assert_eq!(unique_names(requests.collect(), &["SYNC"]), expected);
    }

    #[test]
    fn the_first_request_gets_the_name() {
        check(
            &[("a", Some(1)), ("a", Some(2)), ("a", Some(2)), ("A", None)],
            &["a", "a_2", "a_2_2", "A"],
        );
        check(
            &[("a", None), ("a", None), ("a", None)],
            &["a", "a_2", "a_3"],
        );
    }

    #[test]
    fn a_substitute_takes_no_requested_or_reserved_name() {
        check(
            &[("a", Some(1)), ("a", Some(2)), ("a_2", Some(3))],
            &["a", "a_2_2", "a_2"],
        );
        check(&[("SYNC", None), ("SYNC", Some(4))], &["SYNC_2", "SYNC_4"]);
    }

    #[test]
    fn many_requests_for_one_name_are_quick() {
        let requests = vec![NameRequest::new("a", Some(1)); 100_000];
        let names = unique_names(requests, &[]);
        assert_eq!(names[99_999], "a_1_99999");
    }
}
