; What the program shows its window with. Sets $0 to its version, "" if it is missing.
Function LookForWebView2
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${EDGE}" "pv"
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    ReadRegStr $0 HKCU "Software\${EDGE}" "pv"
  ${EndIf}
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
FunctionEnd

Function PutWebView2
  Call LookForWebView2
  ${If} $0 == ""
    DetailPrint "$(InstallingWebView2)"
    !ifdef WEBVIEW2
      InitPluginsDir
      File "/oname=$PLUGINSDIR\${WEBVIEW2_FILE}" "${WEBVIEW2}"
      ExecWait '"$PLUGINSDIR\${WEBVIEW2_FILE}" /silent /install'
    !else
      ${If} ${FileExists} "$EXEDIR\${WEBVIEW2_FILE}"
        ExecWait '"$EXEDIR\${WEBVIEW2_FILE}" /silent /install'
      ${EndIf}
    !endif
    Call LookForWebView2
  ${EndIf}
  ${If} $0 != ""
    DeleteRegValue SHCTX "${KEY}" "WebView2"
    Return
  ${EndIf}
  WriteRegStr SHCTX "${KEY}" "WebView2" "missing"
  DetailPrint "$(NoWebView2)"
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(NoWebView2)" /SD IDOK
  !insertmacro RESULT 20
FunctionEnd
