@echo off
rem Flies a simulated aircraft, for which no DCS is needed, and opens its page.
rem To end it, close this window.
"%~dp0dcs-master.exe" demo --open %*
if errorlevel 1 pause
