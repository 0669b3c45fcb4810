--- Writes the few kinds of JSON that the scripts send. Pure.

local format, gsub = string.format, string.gsub

--- The characters that JSON requires to be escaped.
local ESCAPES = {}
for byte = 0, 31 do
  ESCAPES[string.char(byte)] = format("\\u%04x", byte)
end
ESCAPES['"'], ESCAPES["\\"] = '\\"', "\\\\"
ESCAPES["\n"], ESCAPES["\r"], ESCAPES["\t"] = "\\n", "\\r", "\\t"

local json = {}

--- Returns the text as a JSON string. Only the characters that JSON requires are escaped; every
-- other byte stays as the sim has it, even if it is not UTF-8.
function json.string(text)
  return '"' .. gsub(text, '[%z\1-\31"\\]', ESCAPES) .. '"'
end

--- Returns the line that reports an error. `ticket`, a whole number, is given if the error
-- concerns an action or a request.
function json.error(reason, ticket)
  if ticket then
    return format('{"error":%s,"ticket":%.0f}\n', json.string(reason), ticket)
  end
  return format('{"error":%s}\n', json.string(reason))
end

return json
