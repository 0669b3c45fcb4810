--- Runs all tests of the scripts: lua5.1 tests/lua/run.lua
-- The last line is `N passed, N failed`; the exit code tells the same.

local here = arg[0]:match("^(.*[/\\])") or "./"
local root = here .. "../../"
local scripts = root .. "lua/Scripts/dcs-master/"

local t = dofile(here .. "harness.lua")
local read_json = dofile(here .. "read_json.lua")
local fakes = assert(loadfile(here .. "fakes.lua"))(scripts, read_json)

local FILES = { "link", "cockpit", "indicators", "pieces", "shells", "sockets" }
for _, name in ipairs(FILES) do
  assert(loadfile(here .. "test_" .. name .. ".lua"))(t, fakes, root)
end

print(t.passed .. " passed, " .. t.failed .. " failed")
os.exit(t.failed == 0 and 0 or 1)
