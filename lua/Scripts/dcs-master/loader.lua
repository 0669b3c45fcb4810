--- Loads the other files of this folder, each once.
--
-- This chunk takes the folder's path (with a trailing slash) and returns the function
-- `load(name)`. Every other file here is a chunk that takes that function and returns its module.

local directory = ...

local loaded = {}

local function load(name)
  if loaded[name] == nil then
    loaded[name] = assert(loadfile(directory .. name .. ".lua"))(load)
  end
  return loaded[name]
end

return load
