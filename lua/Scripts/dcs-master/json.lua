--- Writes the few kinds of JSON that the scripts send. Pure.

local format, gsub = string.format, string.gsub
local concat, floor, pairs, tostring, type = table.concat, math.floor, pairs, tostring, type

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

--- The most tables in each other, and the most members of one, of a value.
local DEPTH_MAX, MEMBERS_MAX = 6, 256

--- Returns bytes as a JSON string that is ASCII: each byte from 128 on is the character with that
-- number.
local function bytes(value)
  local escaped = json.string(value)
  return (
    gsub(escaped, "[\128-\255]", function(byte)
      return format("\\u%04x", byte:byte())
    end)
  )
end

--- Returns what the sim returned as JSON: exact numbers, texts as bytes, and tables as objects.
-- Whatever has no place in JSON is null.
function json.value(value, depth)
  local kind = type(value)
  if kind == "number" then
    -- NaN and the infinities leave NaN when subtracted from themselves.
    return value - value == 0 and format("%.17g", value) or "null"
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "string" then
    return bytes(value)
  elseif kind ~= "table" or (depth or 0) >= DEPTH_MAX then
    return "null"
  end
  local parts = {}
  for key, member in pairs(value) do
    if #parts < MEMBERS_MAX and (type(key) == "string" or floor(tonumber(key) or 0.5) == key) then
      parts[#parts + 1] = bytes(tostring(key)) .. ":" .. json.value(member, (depth or 0) + 1)
    end
  end
  table.sort(parts)
  return "{" .. concat(parts, ",") .. "}"
end

--- Returns a list with `n` values as a JSON array.
function json.list(values)
  local parts = {}
  for i = 1, values.n or #values do
    parts[i] = json.value(values[i])
  end
  return "[" .. concat(parts, ",") .. "]"
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
