-- The places in messages about functions that loops, operators and the library have called.
local function try(f, ...) return {pcall(f, ...)} end
local locked = setmetatable({}, {
  __newindex = function(t, k) error("cannot set " .. k, 2) end,
  __index = function(t, k) error("no field " .. k, 2) end,
  __add = function() error("no sum", 2) end,
  __lt = function() error("no order", 2) end,
  __concat = function() error("no text", 2) end,
  __unm = function() error("no sign", 2) end,
  __call = function() error("no call", 2) end,
  __eq = function() error("no equality", 2) end,
})
meta = {
  try(function() locked.x = 1 end),
  try(function()
    local a = 1
    return locked.y
  end),
  try(function() return locked + 1 end),
  try(function() return locked < locked end),
  try(function() return locked .. "x" end),
  try(function() return -locked end),
  try(function() locked() end),
  try(function() return locked == setmetatable({}, getmetatable(locked)) end),
  try(function() return locked:method() end),
}
native = {
  try(function() return setmetatable({}, {__index = rawget}).x end),
  try(function() return setmetatable({}, {__index = string.rep}).x end),
  try(function() return setmetatable({}, {__add = error}) + 1 end),
  try(function() return setmetatable({}, {__concat = function(a, b) return a + b end}) .. 1 end),
}
loops = {
  try(function() for w in ("x"):gmatch("%1") do end end),
  try(function() for k in next, 5 do end end),
  try(function() for k in 5 do end end),
  try(function() for k in function() error("iterator", 2) end do end end),
  try(function() for k in nil do end end),
  try(function() for k in pairs(undefined) do end end),
}
local chain = setmetatable({}, {})
getmetatable(chain).__index = chain
getmetatable(chain).__newindex = chain
endless = {
  try(function() return chain.x end),
  try(function() chain.x = 1 end),
}
callbacks = {
  try(function() table.sort({1, 2, 3}, function() error("order", 2) end) end),
  try(function() ("x"):gsub("x", function() error("replace", 2) end) end),
  try(function() table.foreach({1}, function() error("each", 2) end) end),
}
handlers = {
  try(function() return setmetatable({}, {__index = 5}).x end),
  try(function() local t = setmetatable({}, {__index = true}) return t.x end),
  try(function() setmetatable({}, {__newindex = 5}).x = 1 end),
  try(function() return ("x"):gsub("x", setmetatable({}, {__index = 5})) end),
  try(function() setmetatable({}, {__call = 5})() end),
  try(function() return setmetatable({}, {__add = 5}) + 1 end),
  try(function() return -setmetatable({}, {__unm = 5}) end),
  try(function() return setmetatable({}, {__concat = {}}) .. 1 end),
  try(function() return tostring(setmetatable({}, {__tostring = 5})) end),
}
