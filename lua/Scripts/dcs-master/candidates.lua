--- The connections that have yet to greet. The first that greets is linked, whatever the
-- others do. Pure.

local match = string.match

--- Connections that may wait; the oldest gives way to one more.
local CANDIDATES_MAX = 32
--- Seconds in which a connection has to greet.
local GREETING_MAX = 3

local Candidates = {}
Candidates.__index = Candidates

function Candidates.new()
  return setmetatable({ list = {} }, Candidates)
end

--- Adds a connection.
function Candidates:add(connection)
  local list = self.list
  list[#list + 1] = connection
  if #list > CANDIDATES_MAX then
    table.remove(list, 1):close()
  end
end

--- Reads one connection. Returns the protocol's version and the server's when it has greeted,
-- nil when it has yet to, and false when it never will.
local function read_greeting(connection, now)
  connection:receive()
  local line = connection:next_line()
  if line then
    local link, version = match(line, "^0 (%d+) (%d+ %d+ %d+)$")
    return link and tonumber(link) or false, version
  end
  if connection.over or now - connection.heard > GREETING_MAX then
    return false
  end
end

--- Reads all connections, the oldest first, and closes those that said anything but a
-- greeting, or nothing for too long. Returns the first that has greeted, the protocol's
-- version and the server's, or nil. It is no candidate any more.
function Candidates:find_greeting(now)
  local list, i = self.list, 1
  while list[i] do
    local connection = list[i]
    local link, version = read_greeting(connection, now)
    if link == nil then
      i = i + 1
    else
      table.remove(list, i)
      if link then
        connection.heard = now
        return connection, link, (version:gsub(" ", "."))
      end
      connection:close()
    end
  end
end

--- Closes all, also when closing one of them raises.
function Candidates:clear()
  local list = self.list
  self.list = {}
  for _, connection in ipairs(list) do
    pcall(connection.close, connection)
  end
end

return Candidates
