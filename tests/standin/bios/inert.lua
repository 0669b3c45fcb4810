--- Takes the place of what a small DCS-BIOS in the sim would send with.
return {
  new = function(self)
    return self
  end,
  addConnection = function() end,
}
