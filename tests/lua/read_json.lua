--- A strict parser for the JSON that the scripts write. It raises an error on anything else.

local ESCAPES = { ['"'] = '"', ["\\"] = "\\", n = "\n", r = "\r", t = "\t" }

local value

local function string_at(text, at)
  local stop = at + 1
  while true do
    stop = assert(text:find('["\\]', stop), "a string without an end")
    if text:sub(stop, stop) == '"' then
      break
    end
    stop = stop + 2
  end
  local inner = text:sub(at + 1, stop - 1)
  assert(not inner:find("[%z\1-\31]"), "a control byte in a string")
  local plain = inner:gsub("\\(.)(%x?%x?%x?%x?)", function(char, hex)
    if char == "u" then
      return string.char(tonumber(hex, 16))
    end
    return assert(ESCAPES[char], "an unknown escape") .. hex
  end)
  return plain, stop + 1
end

local function object_at(text, at)
  local object = {}
  at = at + 1
  if text:sub(at, at) == "}" then
    return object, at + 1
  end
  while true do
    assert(text:sub(at, at) == '"', "a key was expected at " .. at)
    local key
    key, at = string_at(text, at)
    assert(text:sub(at, at) == ":", "a colon was expected at " .. at)
    object[key], at = value(text, at + 1)
    local mark = text:sub(at, at)
    at = at + 1
    if mark == "}" then
      return object, at
    end
    assert(mark == ",", "a comma was expected at " .. at)
  end
end

local function array_at(text, at)
  local array, count = {}, 0
  at = at + 1
  while text:sub(at, at) ~= "]" do
    count = count + 1
    array[count], at = value(text, at)
    if text:sub(at, at) == "," then
      at = at + 1
    end
  end
  return array, at + 1
end

function value(text, at)
  local first = text:sub(at, at)
  if first == "{" then
    return object_at(text, at)
  elseif first == "[" then
    return array_at(text, at)
  elseif first == '"' then
    return string_at(text, at)
  elseif text:sub(at, at + 3) == "null" then
    return "null", at + 4
  elseif text:sub(at, at + 3) == "true" then
    return true, at + 4
  elseif text:sub(at, at + 4) == "false" then
    return false, at + 5
  end
  local number = assert(text:match("^-?%d+%.?%d*[eE]?[-+]?%d*", at), "no value at " .. at)
  return assert(tonumber(number)), at + #number
end

--- Returns the lines of `text` as tables (null as the string "null"), and the text after the last
-- complete line.
return function(text)
  local lines, from = {}, 1
  for line, stop in text:gmatch("([^\n]*)\n()") do
    local object, at = value(line, 1)
    assert(at == #line + 1, "more than one value in the line " .. line)
    lines[#lines + 1] = object
    from = stop
  end
  return lines, text:sub(from)
end
