//! What a message on a topic that acts means. Pure.

use crate::indicator::to_utf8;
use crate::limits::MAX_NAME;
use crate::quote::quoted;
use crate::wire::{PositionRequest, Request, parse, position as parse_position};

/// Returns the request in a message on `control/<control>/set`: what stands behind `1 <control>` in the
/// text protocol.
///
/// # Errors
/// With the reason, for people.
pub(super) fn position(control: &str, payload: &[u8]) -> Result<Request, String> {
    let text = to_utf8(payload);
    let text = text.trim();
    if text.starts_with('=') {
        return Err(format!(
            "{control} cannot take {}: standing positions are not taken from a broker; leave out the =",
            quoted(text)
        ));
    }
    if text.contains(char::is_whitespace) {
        return Err(format!(
            "{control} cannot take {}: a position is one word or one number",
            quoted(text)
        ));
    }
    Ok(Request::Position(PositionRequest {
        control: control.into(),
        position: parse_position(text),
        is_standing: false,
    }))
}

/// Returns the reason why `control/<id>/set` works no control.
pub(super) fn unreadable(id: &str) -> String {
    format!(
        "control/<id>/set has the id {}, which is no name: two hexadecimal digits follow each %, and a \
         name has 1 to {MAX_NAME} bytes",
        quoted(id)
    )
}

/// Returns the request in a message on `action/set`: `<device> <command> <value>`.
///
/// # Errors
/// With the reason, for people.
pub(super) fn action(payload: &[u8]) -> Result<Request, String> {
    let line = [b"1 ", payload.trim_ascii()].concat();
    match parse(&line) {
        Ok(Some(request @ Request::Act(_))) => Ok(request),
        Err(error) if payload.split(u8::is_ascii_whitespace).count() >= 3 => Err(error.to_string()),
        Ok(_) | Err(_) => Err(format!(
            "action/set takes <device> <command> <value>, not {}",
            quoted(&to_utf8(payload))
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn positions_are_those_of_the_text_protocol() {
        for text in ["1", "#2", "INC", "ILS", "-0.5", "PUSH", " 1\n"] {
            let line = format!("1 GEAR {}", text.trim());
            let expected = parse(line.as_bytes()).expect("a request");
            assert_eq!(position("GEAR", text.as_bytes()).ok(), expected, "{text}");
        }
    }

    #[test]
    fn wrong_payloads_are_explained() {
        for (text, expected) in [("=#1", "standing positions"), ("1 2", "one word")] {
            let error = position("GEAR", text.as_bytes()).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
        for (text, expected) in [
            ("GEAR 1", "<device> <command> <value>"),
            ("", "<device> <command> <value>"),
            ("1 2 3 4", "fields"),
            ("1 2 9", "-1.0 to 1.0"),
        ] {
            let error = action(text.as_bytes()).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
        assert!(matches!(action(b"25 3001 1\n"), Ok(Request::Act(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_request_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            for error in [position("X", &bytes), action(&bytes)].into_iter().filter_map(Result::err) {
                prop_assert!(error.chars().count() < 400);
            }
        }
    }
}
