; The installer for Windows, made by scripts/package/windows.mjs with makensis, which gives it:
;   VERSION NUMBERS SOURCE OUTPUT INSTALL_FILES REMOVE_FILES ICON COMPRESSION SIZE_KB
; It installs for the person who runs it, asks for no rights, and takes /S (silent) and /D=FOLDER (last, without quotes).
; The uninstaller removes what was installed, file by file, and nothing else: a person's data stays where it is.

Unicode true
Target amd64-unicode
!if "${COMPRESSION}" == "none"
  SetCompress off
!else
  SetCompressor ${COMPRESSION}
!endif
!if "${COMPRESSION}" == "/SOLID lzma"
  SetCompressorDictSize 64
!endif

!include MUI2.nsh
!include FileFunc.nsh

Name "Graft"
OutFile "${OUTPUT}"
BrandingText "Graft ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
InstallDir "$LOCALAPPDATA\Programs\Graft"
InstallDirRegKey HKCU "Software\Graft" "Folder"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Graft"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Graft"
VIAddVersionKey "LegalCopyright" "The Graft authors, Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\Graft.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString running ${LANG_ENGLISH} "Graft is still running. Close it and start this again."
LangString running ${LANG_SIMPCHINESE} "Graft 仍在运行。请先关闭它，然后重新开始。"
LangString incomplete ${LANG_ENGLISH} "Not everything could be written to $INSTDIR. Check that the disk has room and that you may write there."
LangString incomplete ${LANG_SIMPCHINESE} "未能将所有文件写入 $INSTDIR。请检查磁盘空间以及该文件夹的写入权限。"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Graft"
; Windows 10 and newer have this folder on every person's PATH.
!define COMMANDS "$LOCALAPPDATA\Microsoft\WindowsApps"

; A program that runs cannot be opened for writing: better to say so than to leave half of it behind.
!macro RefuseWhileRunning
  ${If} ${FileExists} "$INSTDIR\Graft.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\Graft.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(running)" /SD IDOK
      SetErrorLevel 3
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "Graft"
  !insertmacro RefuseWhileRunning
  ; What the version before had, and this one has not, goes first.
  ${If} ${FileExists} "$INSTDIR\Uninstall Graft.exe"
    ExecWait '"$INSTDIR\Uninstall Graft.exe" /S _?=$INSTDIR'
  ${EndIf}
  ClearErrors
  !include "${INSTALL_FILES}"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "$(incomplete)" /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\Uninstall Graft.exe"

  WriteRegStr HKCU "Software\Graft" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Graft"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Graft authors"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\Graft.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\Uninstall Graft.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\Uninstall Graft.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1

  ; Files of runs and addresses of runs open with it.
  WriteRegStr HKCU "Software\Classes\.graft" "" "Graft.Runs"
  WriteRegStr HKCU "Software\Classes\Graft.Runs" "" "Graft runs"
  WriteRegStr HKCU "Software\Classes\Graft.Runs\DefaultIcon" "" "$INSTDIR\Graft.exe,0"
  WriteRegStr HKCU "Software\Classes\Graft.Runs\shell\open\command" "" '"$INSTDIR\Graft.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\graft" "" "URL:Graft"
  WriteRegStr HKCU "Software\Classes\graft" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\graft\shell\open\command" "" '"$INSTDIR\Graft.exe" "%1"'

  CreateShortcut "$SMPROGRAMS\Graft.lnk" "$INSTDIR\Graft.exe"
  CreateDirectory "${COMMANDS}"
  FileOpen $0 "${COMMANDS}\graft.cmd" w
  ; cmd reads this file in the system's old letters, which may lack some of the person's name: better not to write it.
  ${If} $INSTDIR == "$LOCALAPPDATA\Programs\Graft"
    FileWrite $0 '@call "%LOCALAPPDATA%\Programs\Graft\resources\bin\graft.cmd" %*$\r$\n'
  ${Else}
    FileWrite $0 '@call "$INSTDIR\resources\bin\graft.cmd" %*$\r$\n'
  ${EndIf}
  FileClose $0
SectionEnd

Section "Uninstall"
  !insertmacro RefuseWhileRunning
  !include "${REMOVE_FILES}"
  Delete "$INSTDIR\Uninstall Graft.exe"
  SetOutPath "$TEMP"
  ; Only where nothing else lies in it.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Graft.lnk"
  Delete "${COMMANDS}\graft.cmd"
  ReadRegStr $0 HKCU "Software\Classes\.graft" ""
  ${If} $0 == "Graft.Runs"
    DeleteRegKey HKCU "Software\Classes\.graft"
  ${EndIf}
  DeleteRegKey HKCU "Software\Classes\Graft.Runs"
  DeleteRegKey HKCU "Software\Classes\graft"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Graft"
SectionEnd
