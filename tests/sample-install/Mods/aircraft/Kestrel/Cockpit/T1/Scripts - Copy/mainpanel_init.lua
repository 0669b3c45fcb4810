-- An old state of the panel that somebody kept. Nothing includes it.
Engine_RPM            = CreateGauge("parameter")
Engine_RPM.arg_number = 999
end
