--- The connections that have not greeted yet. The first that greets is linked, whatever the
-- others do. Pure.

local match = string.match

--- The most candidates; when there are more, the oldest is closed.
local CANDIDATES_MAX = 32
--- Seconds after which a connection that has not greeted is closed.
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

--- Reads from one connection. When it has greeted, returns the versions of the protocol and of the
-- server. Otherwise returns nil while it may still greet, and false when it is to be closed.
local function read_greeting(connection, now)
  connection:receive()
  local line = connection:next_line()
  if line then
    local link, version = match(line, "^0 (%d+) (%d+ %d+ %d+)$")
    return link and tonumber(link) or false, version
  end
  if connection.end_reason or now - connection.last_line_at > GREETING_MAX then
    return false
  end
end

--- Reads from the candidates, the oldest first, and closes those that sent anything but a greeting,
-- or nothing for too long. Removes the first that has greeted and returns it with the versions of
-- the protocol and of the server; returns nil when none has greeted.
function Candidates:take_greeted(now)
  local list, i = self.list, 1
  while list[i] do
    local connection = list[i]
    local link, version = read_greeting(connection, now)
    if link == nil then
      i = i + 1
    else
      table.remove(list, i)
      if link then
        connection.last_line_at = now
        return connection, link, (version:gsub(" ", "."))
      end
      connection:close()
    end
  end
end

--- Closes all candidates, even if closing one of them raises an error.
function Candidates:clear()
  local list = self.list
  self.list = {}
  for _, connection in ipairs(list) do
    pcall(connection.close, connection)
  end
end

return Candidates
