--- The few pieces of JSON that the scripts write. Pure.

local format, gsub, byte = string.format, string.gsub, string.byte

local SHORT = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
  return SHORT[char] or format("\\u%04x", byte(char))
end

local json = {}

--- A string in quotes. Only what JSON demands is escaped: every other byte stays
-- as the sim has it, also where it is not UTF-8.
function json.string(text)
  return '"' .. gsub(text, '[%z\1-\31"\\]', escape) .. '"'
end

--- The line that says what went wrong; `ticket` (a whole number) only where the
-- error is about an action or a request.
function json.error(reason, ticket)
  if ticket then
    return format('{"error":%s,"ticket":%.0f}\n', json.string(reason), ticket)
  end
  return format('{"error":%s}\n', json.string(reason))
end

return json
