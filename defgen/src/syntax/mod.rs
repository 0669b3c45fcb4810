//! Parses a source into a chunk: the tree for the evaluator, with resolved names and decoded
//! literals. The only module that uses full_moon.

mod assignments;
mod convert;
mod hint;
mod scope;

pub(crate) mod ast;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use assignments::Assignments;
use convert::Converter;
use full_moon::LuaVersion;

use crate::{
    diagnostics::Diagnostic, lex::ParserInput, limits::Limits, source::Source, strings::Str,
};

/// The most errors of the parser that are reported, as later ones mostly follow from the first.
const MAX_ERRORS: usize = 3;

/// An upper bound of the bytes that full_moon needs for one token and the blanks beside it. The
/// worst case is a file that only repeats `x = 1 `: it needs 1,730 bytes per token just after the
/// list of statements has grown. Cockpit files need 600 to 1,000.
const PARSER_BYTES_PER_TOKEN: usize = 2_000;

/// An upper bound of the bytes that a chunk holds for one token.
const CHUNK_BYTES_PER_TOKEN: usize = 160;

/// The number of tokens above which files are parsed one at a time, so that the memory of a run
/// does not depend on the number of large files.
const LARGE_FILE_TOKENS: usize = 50_000;

static LARGE_FILE: Mutex<()> = Mutex::new(());

/// A parsed file, which is immutable and shared between aircraft and threads.
#[derive(Debug)]
pub struct Chunk {
    source: Arc<Source>,
    tokens: usize,
    pub(crate) tree: ast::Tree,
    /// The index of assignments, made on first use, as few files need it.
    assignments: OnceLock<Assignments>,
}

impl Chunk {
    /// Returns the source of the file.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Returns the approximate bytes that it holds, without those of its source.
    pub fn bytes(&self) -> usize {
        self.tokens * CHUNK_BYTES_PER_TOKEN
    }

    /// Returns the global to which the call at an offset is assigned, as in `Lamp = CreateGauge()`.
    pub fn assigned_global(&self, call: u32) -> Option<&str> {
        let name = self.assignments().global(call)?;
        str::from_utf8(self.tree.strings.get(Str(name))).ok()
    }

    /// Returns the constants, such as `UFC_commands.TCN`, in the value that is assigned to the key
    /// at an offset.
    pub fn assigned_constants(&self, key: u32) -> &[String] {
        self.assignments().constants(key)
    }

    fn assignments(&self) -> &Assignments {
        let index = || Assignments::new(&self.tree, self.source.bytes());
        self.assignments.get_or_init(index)
    }
}

/// Parses a file. Must be called [on a big stack](crate::stack::on_big_stack).
///
/// # Errors
/// When the file is not Lua 5.1 or over a limit.
pub fn parse(source: &Arc<Source>, limits: &Limits) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
    parse_chunk(source, limits).map_err(|errors| {
        let hints = errors.into_iter().map(|error| hint::add(error, source));
        hints.collect()
    })
}

fn parse_chunk(source: &Arc<Source>, limits: &Limits) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
    let input = ParserInput::new(source, limits).map_err(|error| vec![error])?;
    check_size(&input, limits).map_err(|error| vec![error.at(source.span(0, 0))])?;
    let large = input.tokens > LARGE_FILE_TOKENS;
    let _alone = large.then(|| LARGE_FILE.lock().unwrap_or_else(PoisonError::into_inner));
    let ast = run_parser(&input.text).map_err(|errors| explain(source, &errors))?;
    let tree = Converter::new(source.bytes(), &input).file(&ast);
    Ok(Arc::new(Chunk {
        source: source.clone(),
        tokens: input.tokens,
        tree: tree.map_err(|error| vec![error.to_diagnostic(source)])?,
        assignments: OnceLock::new(),
    }))
}

/// Returns an upper bound of the memory for parsing a file with this number of tokens, in bytes.
pub fn parser_bytes(tokens: usize) -> usize {
    tokens.saturating_mul(PARSER_BYTES_PER_TOKEN)
}

fn check_size(input: &ParserInput<'_>, limits: &Limits) -> Result<(), Diagnostic> {
    let most = limits.parser_bytes;
    if parser_bytes(input.tokens) <= most {
        return Ok(());
    }
    let message = format!(
        "the file has {} words, numbers and symbols; parsing more than {} would take too much memory",
        input.tokens,
        most / PARSER_BYTES_PER_TOKEN
    );
    Err(Diagnostic::error("limit-parser-bytes", message)
        .with_note("cockpit scripts have far fewer: is this one really a script?"))
}

/// Runs full_moon. It may panic while it recovers from an error. The file is broken in that case
/// too, and the list of errors is empty.
fn run_parser(text: &str) -> Result<full_moon::ast::Ast, Vec<full_moon::Error>> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        full_moon::parse_fallible(text, LuaVersion::lua51()).into_result()
    }));
    parsed.unwrap_or_else(|_| Err(Vec::new()))
}

fn explain(source: &Source, errors: &[full_moon::Error]) -> Vec<Diagnostic> {
    if errors.is_empty() {
        let message = "the file has a syntax error whose place is unknown";
        return vec![Diagnostic::error("syntax", message).at(source.span(0, 0))];
    }
    let explain = |error: &full_moon::Error| {
        let (start, end) = error.range();
        let start = start.bytes() as u32;
        let end = (end.bytes() as u32).max(start);
        Diagnostic::error("syntax", error.error_message()).at(source.span(start, end))
    };
    errors.iter().take(MAX_ERRORS).map(explain).collect()
}

#[cfg(test)]
mod tests {
    use full_moon::tokenizer::Lexer;

    use super::*;
    use crate::{lex::token_ranges, source::Sources};

    /// Returns the ranges of the tokens that full_moon reads in its text.
    fn full_moon_ranges(text: &str) -> Vec<(usize, usize)> {
        let tokens = Lexer::new(text, LuaVersion::lua51()).collect().unwrap();
        let tokens = tokens.iter().filter(|token| {
            let kind = token.token_type();
            !kind.is_trivia() && !matches!(kind, full_moon::tokenizer::TokenType::Eof)
        });
        let range = |token: &full_moon::tokenizer::Token| {
            (token.start_position().bytes(), token.end_position().bytes())
        };
        tokens.map(range).collect()
    }

    #[test]
    fn full_moon_reads_the_same_tokens() {
        const SYMBOLS: &str = "+ - * / % ^ # == ~= <= >= < > = ; : , . .. ...";
        const WORDS: &str = "and nil goto a1 1 0x1p4 0X1F .5 5. 1e+5 ''";
        const WITH_BLANKS: [&str; 5] = [
            "'\\'\\\n\"'",
            "[==[\n]]]==]",
            "--[[\n]]",
            "--x\r\n",
            "\x0b\x0c\t",
        ];
        let plain = SYMBOLS.split(' ').chain(WORDS.split(' '));
        let tokens: Vec<&str> = plain.chain(WITH_BLANKS).collect();
        assert_eq!(tokens.len(), 36);
        for one in &tokens {
            for other in &tokens {
                for code in [format!("{one}{other}"), format!("{one} {other}")] {
                    let limits = Limits::default();
                    let source = Sources::default().add("test.lua", code.clone().into(), &limits);
                    let source = source.expect("text");
                    let (Some(ranges), Ok(input)) =
                        (token_ranges(&source), ParserInput::new(&source, &limits))
                    else {
                        continue;
                    };
                    assert_eq!(full_moon_ranges(&input.text), ranges, "{code:?}");
                }
            }
        }
    }
}
