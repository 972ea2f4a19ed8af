@echo off
rem The command line of the installed Graft: its own Node runs its own engine.
setlocal
if not defined GRAFT_RUNTIME_DIR set "GRAFT_RUNTIME_DIR=%~dp0..\runtime"
if not defined GRAFT_SAMPLES_DIR set "GRAFT_SAMPLES_DIR=%~dp0..\samples"
"%~dp0..\runtime\node.exe" "%~dp0..\engine\cli.js" %*
