--- The log of modules. It keeps each text once: that of DCS-BIOS asks the clock and writes a file.
local host = ...
local ipairs, raw_type, setmetatable, tostring = ipairs, type, setmetatable, tostring

--- The most bytes of a text.
local MAX_TEXT = 500
--- The most texts that modules may log.
local MAX_LOGGED = 500

local Log = {}
local logged, logged_count = {}, 0

--- Logs a text, unless `key` was logged before.
local function log(level, text, key)
  if raw_type(text) ~= "string" or logged[key] or logged_count == MAX_LOGGED then
    return
  end
  logged[key], logged_count = true, logged_count + 1
  host.log(level, text)
  if logged_count == MAX_LOGGED then
    host.log("warn", "the modules have logged too much; no more of it is shown")
  end
end

local function log_text(level, text)
  text = raw_type(text) == "string" and text:sub(1, MAX_TEXT)
  log(level, text, text)
end

--- Logs what a module prints.
function host.print(text)
  log_text("info", text)
end
for _, level in ipairs({ "debug", "info", "warn", "error", "fatal" }) do
  Log["log_" .. level] = function(_, text)
    log_text(level, text)
  end
end
function Log:log_simple(level, text)
  log_text(tostring(level):lower():sub(1, MAX_TEXT), text)
end
function Log:log_memory_error(control, value, maximum)
  local text = ("%s: the value %g is not between 0 and %d"):format(control, value, maximum)
  log("error", text:sub(1, MAX_TEXT), control)
end
setmetatable(Log, {
  __index = function()
    return function() end
  end,
})

return Log
