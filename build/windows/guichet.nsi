; Installs Guichet on Windows 10 and 11, for one user or for the PC.
;
;   guichet-VERSION-setup.exe [/S] [/AllUsers] [/D=C:\folder]     /D= comes last
;   uninstall.exe [/S] [/PURGE]      /PURGE: the data of whoever runs it goes as well
;
; Exit codes of setup (of several the one that stands higher):
;     0  installed
;  3010  installed; Windows has to be restarted, until then the old program runs
;    21  installed; the old program did not end when asked and runs until it is closed
;    20  installed; WebView2 is missing, and without it no window opens
;    30  /AllUsers without the rights of an administrator: nothing was changed
;    31  the program could not be written: nothing was changed
;    32  (uninstall.exe _?=folder) Guichet did not end when asked: nothing was removed
;   1,2  cancelled; ended by NSIS
;
; A running Guichet is asked to save and end (guichet.exe --quit), and never ended by
; force: if it goes on, its file is renamed and the new one put beside it.
;
; build/setup.go gives VERSION, FOUR, PROGRAM, LICENCES, ICON, OUT, KILOBYTES and, if there are
; any, WEBVIEW2 (an installer to put in) and SIGN (what signs a file).
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
SetCompressor /SOLID lzma
SetCompressorDictSize 32
!ifdef SIGN
  !uninstfinalize '"${SIGN}" sign "%1"' = 0
!endif
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh

!define KEY "Software\Guichet"
!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Guichet"
!define CLASSES "Software\Classes"
!define EDGE "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2_FILE "MicrosoftEdgeWebView2RuntimeInstallerX64.exe"
!define EXE "$INSTDIR\guichet.exe"

Name "Guichet"
OutFile "${OUT}"
BrandingText "Guichet ${VERSION}"
InstallDir ""
RequestExecutionLevel user
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION Open
!define MUI_PAGE_CUSTOMFUNCTION_SHOW Finish
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.AskPurge un.HearPurge
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "English"
!include texts.nsh

VIProductVersion "${FOUR}"
VIFileVersion "${FOUR}"

Var Scope    ; user or machine
Var Busy     ; 1: the program still runs although it was asked to end
Var Result   ; exit code
Var Purge    ; 1: the data goes as well
Var PurgeBox

; Result is changed to a code that counts more, never to one that counts less.
!macro RESULT code
  ${If} ${code} > $Result
    StrCpy $Result ${code}
  ${EndIf}
!macroend

; Stops with a text and a code; nothing has been changed.
!macro REFUSE text code
  SetErrorLevel ${code}
  MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
  Quit
!macroend

!macro SHARED un
; Whether the program's file is held, or that of the one which puts an update in place
; (internal/update). It can be opened for writing as soon as nobody runs it.
Function ${un}Look
  StrCpy $Busy 0
  ${ForEach} $2 1 2 + 1
    StrCpy $3 "${EXE}"
    ${If} $2 = 2
      StrCpy $3 "$INSTDIR\guichet.old.exe"
    ${EndIf}
    ${If} ${FileExists} $3
      ClearErrors
      FileOpen $4 $3 a
      ${If} ${Errors}
        StrCpy $Busy 1
      ${Else}
        FileClose $4
      ${EndIf}
    ${EndIf}
  ${Next}
FunctionEnd

; Asks a running program to save and end. It has 40 s for that; what hangs is given up
; at 60 s (only the one that asks is ended then, not the one that was asked).
Function ${un}EndProgram
  Call ${un}Look
  ${If} $Busy = 0
    Return
  ${EndIf}
  DetailPrint "$(Asking)"
  nsExec::Exec /TIMEOUT=60000 '"${EXE}" --quit'
  Pop $0
  ; It has ended; Windows lets go of its file a little later.
  ${ForEach} $1 1 20 + 1
    Call ${un}Look
    ${If} $Busy = 0
    ${OrIf} $0 != 0
      ${ExitFor}
    ${EndIf}
    Sleep 250
  ${Next}
FunctionEnd

; Who is not an administrator is asked by Windows, or in silence refused.
Function ${un}NeedAdmin
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    Return
  ${EndIf}
  ${If} ${Silent}
    !insertmacro REFUSE "$(NeedsAdmin)" 30
  ${EndIf}
  ${If} "${un}" == ""
    ExecShell "runas" "$EXEPATH" "/AllUsers"
  ${Else}
    ExecShell "runas" "$INSTDIR\uninstall.exe"
  ${EndIf}
  Quit
FunctionEnd
!macroend
!insertmacro SHARED ""
!insertmacro SHARED "un."

Function .onInit
  SetRegView 64
  StrCpy $Result 0
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/AllUsers" $2
  ${If} ${Errors}
    StrCpy $Scope user
    SetShellVarContext current
  ${Else}
    StrCpy $Scope machine
    SetShellVarContext all
    Call NeedAdmin
  ${EndIf}
  ${If} $INSTDIR == "" ; no /D=, or one in quotes, which NSIS itself passes over
    StrLen $4 $1
    ${ForEach} $2 0 $4 + 1
      StrCpy $3 $1 4 $2
      ${If} $3 == '"/D='
        IntOp $2 $2 + 4
        StrCpy $INSTDIR $1 -1 $2
        ${ExitFor}
      ${EndIf}
    ${Next}
  ${EndIf}
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${ENTRY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $Scope == machine
      StrCpy $INSTDIR "$PROGRAMFILES64\Guichet"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Guichet"
    ${EndIf}
  ${EndIf}
FunctionEnd

; Puts the program where it belongs. The new file is whole before the old one moves, and
; the old one comes back if the new one cannot take its place.
Function PutProgram
  Delete "$INSTDIR\guichet-old-*.exe" ; of earlier upgrades, if they have ended by now
  Delete "$INSTDIR\guichet-new.exe"
  ClearErrors
  SetOverwrite try
  File "/oname=guichet-new.exe" "${PROGRAM}"
  SetOverwrite on
  ${If} ${Errors}
  ${OrIfNot} ${FileExists} "$INSTDIR\guichet-new.exe"
  ${OrIf} ${FileExists} "$INSTDIR\guichet-new.exe\*.*" ; a folder of that name
    !insertmacro REFUSE "$(NotWritten)" 31
  ${EndIf}
  StrCpy $1 0
  ${Do}
    IntOp $1 $1 + 1
  ${LoopWhile} ${FileExists} "$INSTDIR\guichet-old-$1.exe"
  ClearErrors
  ${If} ${FileExists} "${EXE}"
    Rename "${EXE}" "$INSTDIR\guichet-old-$1.exe" ; Windows allows it while the program runs
  ${EndIf}
  ${IfNot} ${Errors}
    Rename "$INSTDIR\guichet-new.exe" "${EXE}"
    ${IfNot} ${Errors}
      Delete "$INSTDIR\guichet-old-$1.exe"
      ${If} ${FileExists} "$INSTDIR\guichet-old-$1.exe"
        DetailPrint "$(StillRuns)"
        !insertmacro RESULT 21
      ${EndIf}
      Return
    ${EndIf}
    Rename "$INSTDIR\guichet-old-$1.exe" "${EXE}"
  ${EndIf}
  ; Something else holds the file. Windows replaces it at its next start, if we may ask for that.
  ClearErrors
  Rename /REBOOTOK "$INSTDIR\guichet-new.exe" "${EXE}"
  ${If} ${Errors}
    Delete "$INSTDIR\guichet-new.exe"
    !insertmacro REFUSE "$(NotWritten)" 31
  ${EndIf}
  !insertmacro RESULT 3010
FunctionEnd

!include webview2.nsh

Section
  SetOutPath "$INSTDIR"
  Call EndProgram
  Call PutProgram
  File "/oname=licences.txt" "${LICENCES}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  FileOpen $0 "$INSTDIR\install.json" w
  FileWrite $0 '{"scope":"$Scope","kind":"nsis"}$\n'
  FileClose $0

  WriteRegStr SHCTX "${KEY}" "Scope" "$Scope"
  WriteRegStr SHCTX "${ENTRY}" "DisplayName" "Guichet"
  WriteRegStr SHCTX "${ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${ENTRY}" "DisplayIcon" "${EXE}"
  WriteRegStr SHCTX "${ENTRY}" "Publisher" "Guichet"
  WriteRegStr SHCTX "${ENTRY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${ENTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${ENTRY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${ENTRY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD SHCTX "${ENTRY}" "NoModify" 1
  WriteRegDWORD SHCTX "${ENTRY}" "NoRepair" 1

  CreateShortcut "$SMPROGRAMS\Guichet.lnk" "${EXE}" "" "${EXE}" 0 SW_SHOWNORMAL "" "$(About)"
  WriteRegStr SHCTX "${CLASSES}\guichet" "" "URL:Guichet"
  WriteRegStr SHCTX "${CLASSES}\guichet" "URL Protocol" ""
  WriteRegStr SHCTX "${CLASSES}\guichet\DefaultIcon" "" '"${EXE}",0'
  WriteRegStr SHCTX "${CLASSES}\guichet\shell\open\command" "" '"${EXE}" "%1"'
  ${If} $Scope == machine ; the folder behind « Envoyer vers » is each user's own
    WriteRegStr SHCTX "${CLASSES}\*\shell\Guichet" "" "$(SendTo)"
    WriteRegStr SHCTX "${CLASSES}\*\shell\Guichet" "Icon" '"${EXE}",0'
    WriteRegStr SHCTX "${CLASSES}\*\shell\Guichet\command" "" '"${EXE}" --new "%1"'
  ${Else} ; Explorer puts the names of the files behind the arguments
    CreateShortcut "$SENDTO\Guichet.lnk" "${EXE}" "--new" "${EXE}" 0 SW_SHOWNORMAL "" "$(About)"
  ${EndIf}
  ${RefreshShellIcons}
  Call PutWebView2
  SetErrorLevel $Result
SectionEnd

; As whoever is logged on, not as the administrator that setup runs as.
Function Open
  Exec '"$WINDIR\explorer.exe" "${EXE}"'
FunctionEnd

; Without WebView2 there is nothing to open.
Function Finish
  ReadRegStr $0 SHCTX "${KEY}" "WebView2"
  ${If} $0 == "missing"
    SendMessage $mui.FinishPage.Run ${BM_SETCHECK} 0 0
    EnableWindow $mui.FinishPage.Run 0
  ${EndIf}
FunctionEnd

!include uninstall.nsh
