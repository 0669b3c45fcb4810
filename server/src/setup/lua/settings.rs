//! The table that a settings file returns, if it consists of literals.

use full_moon::{
    ast::{Block, Expression, Field, LastStmt},
    tokenizer::TokenType,
};

use super::parse::{ScriptError, with_ast};

/// A value of a settings file.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::setup) enum Setting {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
}

/// Returns the settings of a file that consists of `return { name = value, … }`, or `None` if the
/// file contains more and would have to be run. Values of other types are left out.
///
/// # Errors
/// When the file has a syntax error.
pub(in crate::setup) fn returned_settings(
    bytes: &[u8],
) -> Result<Option<Vec<(String, Setting)>>, ScriptError> {
    with_ast(bytes, |ast| block_settings(ast.nodes()))
}

fn block_settings(block: &Block) -> Option<Vec<(String, Setting)>> {
    let Some(LastStmt::Return(it)) = block.last_stmt() else {
        return None;
    };
    let mut returned = it.returns().iter();
    let (Some(Expression::TableConstructor(table)), None) = (returned.next(), returned.next())
    else {
        return None;
    };
    if block.stmts().next().is_some() {
        return None;
    }
    let settings = table
        .fields()
        .iter()
        .map(setting)
        .collect::<Option<Vec<_>>>()?;
    Some(settings.into_iter().flatten().collect())
}

/// Returns a field's name and value. The outer `Option` is `None` if the file would have to be run.
fn setting(field: &Field) -> Option<Option<(String, Setting)>> {
    let (name, value) = match field {
        Field::NameKey { key, value, .. } => (key.token().to_string(), value),
        Field::ExpressionKey { key, value, .. } => match literal(key)? {
            Some(Setting::Text(name)) => (name, value),
            _ => return Some(None),
        },
        _ => return Some(None),
    };
    let value = literal(value)?;
    Some(value.map(|value| (name, value)))
}

/// Returns the value of a literal, if it is a number or a text. The outer `Option` is `None` if the
/// expression is not a literal.
fn literal(expression: &Expression) -> Option<Option<Setting>> {
    match expression {
        Expression::Number(token) => Some(number(&token.token().to_string()).map(Setting::Number)),
        Expression::String(token) => match token.token_type() {
            TokenType::StringLiteral { literal, .. } if !literal.contains('\\') => {
                Some(Some(Setting::Text(literal.to_string())))
            }
            _ => None,
        },
        Expression::Symbol(_) => Some(None),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(f64::from),
        None => text.parse().ok(),
    }
}
