local function gauge(arg)
	local g = CreateGauge()
	g.input.x = arg
end
gauge(5)
