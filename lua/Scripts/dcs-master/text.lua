--- Makes short, printable text of values that come from other scripts or the sim. Pure.

local sub, gsub, format = string.sub, string.gsub, string.format

--- The most bytes of such a value in a message.
local VALUE_MAX = 200

--- Escapes for the control characters, so that a text stays on one line.
local ESCAPES = {}
for byte = 0, 31 do
  ESCAPES[string.char(byte)] = format("\\%d", byte)
end
ESCAPES["\n"], ESCAPES["\r"], ESCAPES["\t"], ESCAPES["\127"] = "\\n", "\\r", "\\t", "\\127"

local text = {}

--- Returns `line` without control characters, cut to about `max` bytes.
function text.one_line(line, max)
  if #line > max then
    -- A character of several bytes is not cut in two.
    line = gsub(sub(line, 1, max), "[\192-\255][\128-\191]*$", "") .. "..."
  end
  return (gsub(line, "[%z\1-\31\127]", ESCAPES))
end

--- Returns a text for any value, such as an error value. It never raises an error itself, although
-- the value's own `__tostring` may raise one or return something other than a string.
function text.of(value)
  local ok, shown = pcall(tostring, value)
  if not ok or type(shown) ~= "string" then
    return "(a " .. type(value) .. " that cannot be shown as text)"
  end
  return text.one_line(shown, VALUE_MAX)
end

--- Returns a number with its noun and the verb: `counted(2, "line", "was", "were")`.
function text.counted(number, noun, one, many)
  if number == 1 then
    return "1 " .. noun .. " " .. one
  end
  return number .. " " .. noun .. "s " .. many
end

return text
