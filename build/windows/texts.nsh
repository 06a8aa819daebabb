; What setup says, in French and in English.
!macro TEXT name french english
  LangString ${name} ${LANG_FRENCH} "${french}"
  LangString ${name} ${LANG_ENGLISH} "${english}"
!macroend

!insertmacro TEXT About "Les demandes du cabinet à son éditeur de logiciels" "Requests to the practice's software vendor"
!insertmacro TEXT SendTo "Nouvelle demande dans Guichet" "New request in Guichet"
!insertmacro TEXT Asking \
  "Guichet est ouvert : il enregistre et se ferme (40 secondes au plus)" \
  "Guichet is open: it saves and closes (within 40 seconds)"
!insertmacro TEXT StillRuns \
  "L'ancienne version reste ouverte : la nouvelle servira au prochain démarrage de Guichet." \
  "The old version stays open: the new one is used when Guichet starts the next time."
!insertmacro TEXT NotWritten \
  "Guichet n'a pas pu être copié dans $INSTDIR. Rien n'a été changé. Fermez Guichet, vérifiez la place sur le disque et vos droits sur ce dossier, puis recommencez." \
  "Guichet could not be copied to $INSTDIR. Nothing was changed. Please close Guichet, look at the room on the disk and your rights for this folder, and try again."
!insertmacro TEXT NeedsAdmin \
  "L'installation pour tous les utilisateurs (/AllUsers) demande les droits d'un administrateur. Rien n'a été changé." \
  "To install or remove for all users (/AllUsers) takes the rights of an administrator. Nothing was changed."
!insertmacro TEXT InstallingWebView2 "Installation de WebView2, qui affiche la fenêtre" "Installing WebView2, which shows the window"
!insertmacro TEXT NoWebView2 \
  "Guichet est installé, mais sa fenêtre ne peut pas s'ouvrir : Microsoft WebView2 manque sur ce PC. Installez « WebView2 Runtime, Evergreen Standalone » de Microsoft, ou placez ${WEBVIEW2_FILE} à côté de ce programme et relancez-le." \
  "Guichet is installed, but its window cannot open: Microsoft WebView2 is missing on this PC. Please install Microsoft's WebView2 Runtime (Evergreen Standalone), or put ${WEBVIEW2_FILE} beside this program and start it again."
!insertmacro TEXT CloseFirst \
  "Guichet est encore ouvert et n'a pas pu se fermer. Rien n'a été supprimé. Fermez-le, puis recommencez." \
  "Guichet is still open and could not close. Nothing was removed. Please close it and try again."
!insertmacro TEXT PurgeTitle "Vos données" "Your data"
!insertmacro TEXT PurgeSubtitle "Elles restent sur ce PC, sauf si vous demandez le contraire." "They stay on this PC unless you ask otherwise."
!insertmacro TEXT PurgeText \
  "Guichet garde ici vos brouillons, les demandes qui attendent d'être envoyées et l'historique. Si vous réinstallez Guichet, vous les retrouvez.$\r$\n$\r$\nCe qui n'a pas encore été envoyé serait perdu si vous cochez la case. Les données d'autres utilisateurs de ce PC restent." \
  "Guichet keeps your drafts, the requests that wait to be sent and the history here. If you install Guichet again, you find them.$\r$\n$\r$\nWhat has not been sent yet would be lost if you tick the box. Data of other users of this PC stays."
!insertmacro TEXT PurgeBoxText "Supprimer aussi mes données sur ce PC" "Remove my data on this PC as well"

!macro DESCRIBE lang what
  VIAddVersionKey /LANG=${lang} "ProductName" "Guichet"
  VIAddVersionKey /LANG=${lang} "CompanyName" "Guichet"
  VIAddVersionKey /LANG=${lang} "FileDescription" "${what}"
  VIAddVersionKey /LANG=${lang} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${lang} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${lang} "LegalCopyright" "MIT"
!macroend
!insertmacro DESCRIBE ${LANG_FRENCH} "Installation de Guichet"
!insertmacro DESCRIBE ${LANG_ENGLISH} "Setup of Guichet"
