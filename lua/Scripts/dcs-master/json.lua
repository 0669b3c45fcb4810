--- Writes the few pieces of JSON that the scripts need. Pure.

local format, gsub = string.format, string.gsub

--- The characters that JSON wants escaped.
local ESCAPES = {}
for byte = 0, 31 do
  ESCAPES[string.char(byte)] = format("\\u%04x", byte)
end
ESCAPES['"'], ESCAPES["\\"] = '\\"', "\\\\"
ESCAPES["\n"], ESCAPES["\r"], ESCAPES["\t"] = "\\n", "\\r", "\\t"

local json = {}

--- Returns a string in quotes. Only what JSON demands is escaped: every other byte stays as
-- the sim has it, even where it is not UTF-8.
function json.string(text)
  return '"' .. gsub(text, '[%z\1-\31"\\]', ESCAPES) .. '"'
end

--- Returns the line that reports an error. `ticket`, a whole number, is given when the error
-- is about an action or a request.
function json.error(reason, ticket)
  if ticket then
    return format('{"error":%s,"ticket":%.0f}\n', json.string(reason), ticket)
  end
  return format('{"error":%s}\n', json.string(reason))
end

return json
