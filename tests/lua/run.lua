--- Runs all tests of the scripts: lua5.1 tests/lua/run.lua
-- The last line is `N passed, N failed`; the exit code is 1 if a case has failed.

local here = arg[0]:match("^(.*[/\\])") or "./"
local root = here .. "../../"
local scripts = root .. "lua/Scripts/dcs-master/"

local t = dofile(here .. "harness.lua")
local read_json = dofile(here .. "read_json.lua")
local fakes = assert(loadfile(here .. "fakes.lua"))(scripts, read_json)

local FILES = {
  "link",
  "link_ends",
  "aircraft",
  "args",
  "actions",
  "budget",
  "indicators",
  "telemetry",
  "readings",
  "pieces",
  "shells",
  "sockets",
}
for _, name in ipairs(FILES) do
  assert(loadfile(here .. "test_" .. name .. ".lua"))(t, fakes, root)
end

t.case("each transition in docs/hook.md has a test", function()
  local names, rows = table.concat(t.names, "\n"), 0
  for line in io.lines(root .. "docs/hook.md") do
    local row = line:match("^| (T%d+) |")
    if row then
      rows = rows + 1
      t.contains(names, row .. ":")
    end
  end
  t.equal(rows, 26)
end)

print(t.passed .. " passed, " .. t.failed .. " failed")
os.exit(t.failed == 0 and 0 or 1)
