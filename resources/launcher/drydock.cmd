@echo off
"%~dp0resources\node.exe" "%~dp0resources\app.asar.unpacked\dist\electron\cli.mjs" %*
