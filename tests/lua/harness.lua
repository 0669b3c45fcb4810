--- A small test harness: cases in order, comparison of tables, a count at the end.

local harness = { passed = 0, failed = 0, names = {} }

local function show(value)
  if type(value) ~= "table" then
    return type(value) == "string" and string.format("%q", value) or tostring(value)
  end
  local keys, parts = {}, {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for _, key in ipairs(keys) do
    parts[#parts + 1] = tostring(key) .. " = " .. show(value[key])
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- Fails unless both are equal; tables are compared by content.
function harness.equal(actual, expected, about)
  if show(actual) ~= show(expected) then
    local text = "expected " .. show(expected) .. "\n    got      " .. show(actual)
    error((about and about .. ": " or "") .. text, 2)
  end
end

--- Fails unless `text` contains `part`, literally.
function harness.contains(text, part)
  if not string.find(tostring(text), part, 1, true) then
    error("expected " .. show(part) .. " in\n    " .. show(text), 2)
  end
end

--- Runs one case. If it raises an error, it has failed.
function harness.case(name, body)
  harness.names[#harness.names + 1] = name
  local ok, trace = xpcall(body, debug.traceback)
  if ok then
    harness.passed = harness.passed + 1
  else
    harness.failed = harness.failed + 1
    print("FAILED " .. name .. "\n    " .. tostring(trace))
  end
end

return harness
