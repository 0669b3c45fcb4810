//! The memory for parsing stays below the estimate on which the limit is based.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use defgen::{
    limits::Limits,
    source::Sources,
    stack::on_big_stack,
    syntax::{self, parser_bytes},
};

/// The system's allocator, which counts the bytes that a thread holds.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    PEAK.set(PEAK.get().max(held));
}

// SAFETY: every call goes to the system's allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Returns the most bytes held while code is parsed, and the bytes by which the chunk exceeds its
/// own estimate.
fn measure(code: &str) -> (usize, isize) {
    on_big_stack(|| {
        let limits = Limits {
            parser_bytes: usize::MAX,
            ..Limits::default()
        };
        let source = Sources::default().add("case.lua", code.into(), &limits);
        let source = source.expect("text");
        PEAK.set(HELD.get());
        let before = HELD.get();
        let parsed = syntax::parse(&source, &limits);
        let held = HELD.get() - before;
        let excess = parsed.map_or(0, |chunk| held - chunk.bytes() as isize);
        ((PEAK.get() - before) as usize, excess)
    })
}

/// Code with a repeated part in the middle, with blanks between all tokens.
const REPEATED: [(&str, &str, &str); 30] = [
    ("x = {", "{ { { } } } , ", "}"),
    ("x = {", "{ } , ", "}"),
    ("x = {", "1 , ", "}"),
    ("x = {", "{ 1 } , ", "}"),
    ("x = {", "a = 1 , ", "}"),
    ("x = {", "[ 1 ] = { } ; ", "}"),
    ("x = {", "f ( 1 ) ( 1 ) , ", "}"),
    ("x = {", "f { } '' , ", "}"),
    ("x = {", "a . b [ 1 ] , ", "}"),
    ("x = {", "not - # a ^ 1 , ", "}"),
    ("x = {", "function ( a , ... ) end , ", "}"),
    ("x = f(", "a .. b == 1 , ", "1)"),
    ("x = f(", "( ( 1 ) ) , ", "1)"),
    ("", "x = 1 ", ""),
    ("", "x = nil ; ", ""),
    ("", "x . y = 1 ", ""),
    ("", "f '' ", ""),
    ("", "f ( ) ", ""),
    ("", "a : f ( b ) ", ""),
    ("", "local x = 1 ", ""),
    ("", "local x ", ""),
    ("", "do end ", ""),
    ("", "do return 1 end ", ""),
    ("", "if x then elseif x then else end ", ""),
    ("", "while x do break end ", ""),
    ("", "repeat until x ", ""),
    ("", "for i = 1 , 2 do end ", ""),
    ("", "for k , v in x do end ", ""),
    ("", "function a . b : c ( ) end ", ""),
    ("", "= ", ""),
];

/// Returns the number of tokens in the code above: one for each part between blanks.
fn tokens(code: &str) -> usize {
    code.split_whitespace().count()
}

#[test]
fn parsing_takes_no_more_memory_than_estimated() {
    for (before, repeated, after) in REPEATED {
        // A list has just doubled its memory when its length is a power of two plus one.
        for count in [190, 2_049] {
            if count > 190 && repeated.contains("local") {
                continue;
            }
            for code in [repeated.to_owned(), repeated.replace(' ', "\n")] {
                let code = format!("{before}{}{after}", code.repeat(count));
                let (bytes, excess) = measure(&code);
                let estimate = parser_bytes(tokens(repeated) * count);
                assert!(
                    bytes <= estimate,
                    "{bytes} bytes for {repeated}, more than {estimate}"
                );
                let most = if count > 190 { 0 } else { 2_000 };
                assert!(
                    excess <= most,
                    "{repeated}: {excess} bytes more than estimated"
                );
            }
        }
    }
}

#[test]
fn a_file_that_would_take_too_much_memory_is_not_parsed() {
    let limits = Limits::default();
    let parse = |code: String| {
        on_big_stack(|| {
            let source = Sources::default().add("case.lua", code.into(), &limits);
            syntax::parse(&source.expect("text"), &limits).map(|_| ())
        })
    };
    let most = limits.parser_bytes / parser_bytes(1);
    // Three tokens are not repeated.
    assert_eq!(
        parse(format!("x={{{}", "1,".repeat(most / 2 - 2) + "}")),
        Ok(())
    );
    PEAK.set(HELD.get());
    let errors = parse(format!("x = {{{}}}", "{{{}}},".repeat(140_000)));
    assert_eq!(errors.expect_err("too much")[0].code, "limit-parser-bytes");
}
