; The uninstaller. It removes what setup has put there, by name, and a folder only if
; nothing else is in it. The data stays unless somebody asks for it to go.

Function un.onInit
  SetRegView 64
  StrCpy $Purge 0
  SetShellVarContext current
  StrCpy $Scope user
  ReadRegStr $0 HKLM "${ENTRY}" "InstallLocation"
  ${If} $0 == $INSTDIR
    SetShellVarContext all
    StrCpy $Scope machine
    Call un.NeedAdmin
  ${EndIf}
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/PURGE" $2
  ${IfNot} ${Errors}
    StrCpy $Purge 1
  ${EndIf}
FunctionEnd

Function un.AskPurge
  !insertmacro MUI_HEADER_TEXT "$(PurgeTitle)" "$(PurgeSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 60u "$(PurgeText)"
  Pop $0
  ${NSD_CreateCheckbox} 0 66u 100% 12u "$(PurgeBoxText)"
  Pop $PurgeBox
  ${NSD_SetState} $PurgeBox $Purge
  nsDialogs::Show
FunctionEnd

Function un.HearPurge
  ${NSD_GetState} $PurgeBox $Purge
FunctionEnd

Section Uninstall
  Call un.EndProgram
  ${If} $Busy = 1
    !insertmacro REFUSE "$(CloseFirst)" 32
  ${EndIf}
  Delete "${EXE}"
  Delete "$INSTDIR\guichet-old-*.exe"
  Delete "$INSTDIR\guichet-new.exe"
  ; What an update from the portal may have left (internal/update)
  Delete "$INSTDIR\guichet.old.exe"
  Delete "$INSTDIR\guichet.new.exe"
  Delete "$INSTDIR\guichet.gone.exe"
  Delete "$INSTDIR\guichet.old.exe.part"
  Delete "$INSTDIR\guichet.new.exe.part"
  Delete "$INSTDIR\install.json"
  Delete "$INSTDIR\licences.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  Delete "$SMPROGRAMS\Guichet.lnk"
  ${If} $Scope == machine
    DeleteRegKey SHCTX "${CLASSES}\*\shell\Guichet"
  ${Else}
    Delete "$SENDTO\Guichet.lnk"
  ${EndIf}
  ReadRegStr $0 SHCTX "${CLASSES}\guichet\shell\open\command" ""
  ${If} $0 == '"${EXE}" "%1"' ; else somebody else opens these links now
    DeleteRegKey SHCTX "${CLASSES}\guichet"
  ${EndIf}
  ; Starting with the session, if it is this program that would (internal/launch)
  ReadRegStr $0 HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Guichet"
  StrLen $1 '"${EXE}"'
  StrCpy $0 $0 $1
  ${If} $0 == '"${EXE}"'
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Guichet"
  ${EndIf}
  DeleteRegKey SHCTX "${ENTRY}"
  DeleteRegValue SHCTX "${KEY}" "Scope"
  DeleteRegValue SHCTX "${KEY}" "WebView2"
  DeleteRegKey /ifempty SHCTX "${KEY}"
  ${RefreshShellIcons}

  SetShellVarContext current ; else this is the folder for all users
  RMDir /r "$LOCALAPPDATA\Guichet\reader" ; machine code, which is made anew: no data
  ${If} $Purge = 1
    RMDir /r "$LOCALAPPDATA\Guichet"
  ${EndIf}
SectionEnd
