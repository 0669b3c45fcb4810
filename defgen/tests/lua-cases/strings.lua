sub = {("hello"):sub(2), ("hello"):sub(-3), ("hello"):sub(2, -2), ("hello"):sub(0), ("hello"):sub(10), ("hello"):sub(-100, 2), ("hello"):sub(3, 2)}
byte = {("abc"):byte(), ("abc"):byte(2), ("abc"):byte(1, -1), ("abc"):byte(10), ("\255\0"):byte(1, 2)}
char = {string.char(), string.char(65, 66, 0, 255)}
misc = {("x"):rep(0), ("x"):rep(-1), ("ab"):rep(3), ("abc"):reverse(), ("aBc\228"):upper(), ("AbC"):lower(), ("a\0b"):len()}
find = {
  {("hello world"):find("wor")}, {("hello"):find("l")}, {("hello"):find("xyz")}, {("hello"):find("")}, {("hello"):find("", 10)},
  {("hello"):find("l", -2)}, {("a.b"):find(".", 1, true)}, {("a.b"):find("%.")}, {("a+b"):find("+", 1, true)},
  {("hello"):find("(l)(l)")}, {("hello"):find("()ll()")}, {("  x"):find("^%s*")}, {("key = value"):find("^(%w+)%s*=%s*(%w+)$")},
  {("hello"):find("h", -100)}, {("a\0b"):find("\0")}, {("a\0b"):find("%z")}, {("x"):find("[]]")}, {("]"):find("[]]")}, {("a-b"):find("[a%-]", 2)},
  {("a^b"):find("[%^]")}, {("a^b"):find("[b^]")}, {("abc"):find("[^a]")}, {("THE (quick) fox"):find("%((%a+)%)")}, {("x"):find("x$")}, {("x$"):find("x$$")}, {("x$y"):find("x$y")},
}
match = {
  ("2024-01-15"):match("(%d+)-(%d+)-(%d+)"), ("  trim  "):match("^%s*(.-)%s*$"), ("abc"):match("b"), ("abc"):match("(b)(c)"), ("abc"):match("x"), ("abc"):match(".-"), ("abc"):match("a*"), ("aaa"):match("a-$"),
  ("[[x]]"):match("%[(%b[])%]"), ("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):match("%f[%a]%a+", 5), ("hello"):match("(h)(.)%2"), ("hello"):match("(.)%1"), ("abc123"):match("%a+()%d+"), ("x=1, y=2"):match("y=(%d)"), ("ab"):match("^(a?)(b?)(c?)$"), ("\n"):match("%c"), ("é"):match("[\128-\255]+"),
  ("abc"):match("b", 3), ("abc"):match("", 4), ("a.b"):match("%p"), ("aB"):match("%u"), ("aB"):match("%U"), ("0x1F"):match("%x+$"), ("%"):match("%%"),
}
gmatch = {}
for w in ("one two  three"):gmatch("%a+") do gmatch[#gmatch + 1] = w end
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do gmatch[#gmatch + 1] = k .. v end
for e in ("abc"):gmatch("") do gmatch[#gmatch + 1] = "[" .. e .. "]" end
for p in ("abc"):gmatch("()") do gmatch[#gmatch + 1] = p end
for w in ("^a^b"):gmatch("^a") do gmatch[#gmatch + 1] = w end
for w in string.gfind("x y", "%a") do gmatch[#gmatch + 1] = w end
gsub = {
  {("hello"):gsub("l", "L")}, {("hello"):gsub("l", "L", 1)}, {("hello"):gsub("", "-")}, {("hello"):gsub("x*", "-")}, {("abc"):gsub("%w", "%0%0")}, {("abc def"):gsub("(%w+) (%w+)", "%2 %1")},
  {("hello"):gsub("l", {l = "1"})}, {("hello"):gsub(".", {h = 1, e = false, l = true and "L"})}, {("hello"):gsub("l", function(c) return c:upper() end)}, {("hello"):gsub("l", function() end)}, {("hello"):gsub("(h)(e)", function(a, b) return b .. a end)},
  {("$name is $age"):gsub("%$(%w+)", {name = "Bob", age = 42})}, {("abc"):gsub("b", "%%")}, {("abc"):gsub("^a", "x")}, {("aaa"):gsub("^a", "x")}, {("abc"):gsub("$", "!")}, {("a b c"):gsub("%s", "")}, {("abc"):gsub("()", "%1")}, {("abc"):gsub("b", 5)}, {("x"):gsub("x", "%q")}, {("hello"):gsub("l", "x", 0)}, {("hello"):gsub("l", "x", -1)}, {("abc"):gsub(".", "%1")},
}
format = {
  ("%d %i %u"):format(3, -4.7, 5), ("%5d|%-5d|%05d|%+d|% d"):format(42, 42, 42, 42, 42), ("%.3d|%5.3d"):format(7, 7), ("%x %X %#x %o %#o"):format(255, 255, 255, 8, 8), ("%c%c"):format(65, 66),
  ("%f %.2f %10.3f %-10.1f| %+.1f %.0f %#.0f"):format(1.5, 2.345, 3.14159, 2.5, 1, 2.5, 3), ("%e %.2E %g %G"):format(12345.678, 0.00012, 1e20, 1e-10), ("%g %g %g %g"):format(0.1, 100000, 1000000, 1e15), ("%.3g|%10.4g|%-10g|%#g"):format(3.14159, 2.71828, 1.5, 1), ("%s %s %10s|%-10s|%.2s"):format("a", 1.5, "right", "left", "cut"),
  ("%q"):format('line\n"quoted" \\ \r \0 end'), ("%%"):format(), ("%5.1f"):format(-0.05), ("%5s"):format(12), ("%x"):format(-1), ("%d"):format("10"), ("%s"):format(("x"):rep(200)), ("%05.1f|%+05d"):format(-2.5, 3), ("%g"):format(1/0), ("%5.0f"):format(-1/0), ("a\0b%s"):format("c"), ("%s"):format("a\0b"), ("%.14g"):format(0.1), ("%.17g"):format(0.1), ("%a<"):len(), ("%.20f"):format(0.1), ("%#x %#X"):format(0, 0), ("% 5d|%-05d"):format(3, 3), ("%i"):format(-0.9), ("%10.4s|"):format("abcdefgh"), ("%u"):format(2^31),
}
tonumbers = {tonumber("10"), tonumber(" 0x1F "), tonumber("1e2"), tonumber("10", 2), tonumber("ff", 16), tonumber("0xff", 16), tonumber("zz", 36), tonumber("8", 8) or "none", tonumber("abc") or "none", tonumber("") or "none", tonumber("1 2") or "none", tonumber("1e") or "none", tonumber(5), tonumber({}) or "none", tonumber("-0x10"), tonumber("-ff", 16), tonumber("  12  ", 10), tonumber(".5"), tonumber("5."), tonumber("."), tonumber("inf"), tonumber("0x"), tonumber("1_000")}
tostrings = {tostring(nil), tostring(true), tostring("x"), tostring(12.0), tostring(-1.25)}
coercion = {("5"):rep("2"), ("x"):rep(2.9), (5 .. ""):len(), string.len(12345), ("abc"):sub("2")}
zeros = {tonumber("10\0x"), "5\0" + 1, tonumber("\0") or "none", tonumber("11\0z", 2), ("a\0b"):find("\0b", 1, true), ("x\0y"):match("x\0z")}
