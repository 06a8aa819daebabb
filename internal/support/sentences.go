package support

import (
	"fmt"
	"strconv"
	"strings"

	"guichet/internal/settings"
)

// text is a sentence in both languages.
type text = settings.Text

// sentence is what is said of a finding. {name} stands for a fact, {name:size} for one
// in bytes, {name:span} for one in seconds.
type sentence struct {
	level   Level
	is, fix text
}

var levelNames = map[Level]text{OK: {FR: "bon", EN: "ok"}, Warn: {FR: "attention", EN: "warning"}, Fail: {FR: "problème", EN: "problem"}}

// sentenceOf finds the sentence of a finding: its own, or that of its code for whatever
// was looked at.
func sentenceOf(f Finding) sentence {
	if s, ok := sentences[f.ID+"."+f.Code]; ok {
		return s
	}
	if s, ok := sentences["*."+f.Code]; ok {
		s.is = text{FR: named(f.ID).FR + s.is.FR, EN: named(f.ID).EN + s.is.EN}
		return s
	}
	return sentence{Warn, text{FR: named(f.ID).FR + " : " + f.Code + ".", EN: named(f.ID).EN + ": " + f.Code + "."}, text{FR: askIT.FR, EN: askIT.EN}}
}

func named(id string) text {
	if t, ok := names[id]; ok {
		return t
	}
	return text{FR: id, EN: id}
}

// names of what is looked at.
var names = map[string]text{
	"system": {FR: "Système", EN: "System"}, "webview": {FR: "Affichage", EN: "Display"}, "keyring": {FR: "Trousseau", EN: "Keyring"},
	"disk": {FR: "Disque", EN: "Disk"}, "place": {FR: "Emplacement des données", EN: "Place of the data"}, "store": {FR: "Base de données", EN: "Database"},
	"portal": {FR: "Portail", EN: "Portal"}, "dns": {FR: "Nom du portail (DNS)", EN: "Name of the portal (DNS)"}, "tcp": {FR: "Liaison avec le portail", EN: "Connection to the portal"},
	"tls": {FR: "Chiffrement de la liaison (TLS)", EN: "Encryption of the connection (TLS)"}, "proxy": {FR: "Proxy", EN: "Proxy"},
	"proxy-tls": {FR: "Chiffrement vers le proxy", EN: "Encryption to the proxy"}, "connect": {FR: "Passage par le proxy", EN: "Way through the proxy"},
	"http": {FR: "Réponse du portail", EN: "Answer of the portal"}, "clock": {FR: "Horloge", EN: "Clock"}, "settings": {FR: "Réglages", EN: "Settings"},
	"starts": {FR: "Démarrages suivants", EN: "Later starts"}, "incidents": {FR: "Incidents", EN: "Incidents"}, "way": {FR: "Chemin vers le portail", EN: "Way to the portal"},
}

var askIT = text{FR: "Transmettez ce rapport à votre prestataire informatique.", EN: "Hand this report to your IT provider."}

var sentences = map[string]sentence{
	"*.late":  {Warn, text{FR: " : vérification non terminée en {limit} s.", EN: ": the check did not end within {limit} s."}, text{FR: "Recommencez quand le poste est moins occupé ; si cela dure, transmettez ce rapport à votre prestataire informatique.", EN: "Try again when the PC is less busy; if it lasts, hand this report to your IT provider."}},
	"*.panic": {Warn, text{FR: " : vérification interrompue par une erreur de Guichet.", EN: ": the check was broken off by a fault of Guichet."}, text{FR: "Joignez ce rapport à une demande d’assistance.", EN: "Attach this report to a support request."}},
	"*.ok":    {OK, text{FR: " : rien à signaler.", EN: ": nothing to report."}, text{}},

	"system.user":    {OK, text{FR: "Guichet {version} pour ce compte, {os} ({arch}).", EN: "Guichet {version} for this account, {os} ({arch})."}, text{}},
	"system.machine": {OK, text{FR: "Guichet {version} pour tous les comptes, {os} ({arch}).", EN: "Guichet {version} for all accounts, {os} ({arch})."}, text{}},
	"system.alone":   {OK, text{FR: "Guichet {version}, sans installeur, {os} ({arch}).", EN: "Guichet {version}, not by an installer, {os} ({arch})."}, text{}},
	"system.old":     {Warn, text{FR: "{os} est trop ancien pour être tenu à jour (Guichet {version}, {arch}).", EN: "{os} is too old to be kept up to date (Guichet {version}, {arch})."}, text{FR: "Passez à Windows 10 version 1809 ou plus récent.", EN: "Move to Windows 10 version 1809 or later."}},

	"webview.ok":      {OK, text{FR: "Moteur d’affichage : {engine} {version}.", EN: "Display engine: {engine} {version}."}, text{}},
	"webview.old":     {Warn, text{FR: "Le moteur d’affichage {engine} {version} est ancien.", EN: "The display engine {engine} {version} is old."}, text{FR: "Installez les mises à jour du système : il faut {engine} {least} ou plus récent.", EN: "Install the system’s updates: {engine} {least} or later is needed."}},
	"webview.missing": {Fail, text{FR: "WebView2, qui affiche la fenêtre, manque sur ce poste.", EN: "WebView2, which shows the window, is missing on this PC."}, text{FR: "Installez « Microsoft Edge WebView2 Runtime » (version Evergreen autonome), ou relancez l’installeur de Guichet.", EN: "Install the “Microsoft Edge WebView2 Runtime” (Evergreen Standalone), or run Guichet’s installer again."}},
	"webview.unknown": {OK, text{FR: "Moteur d’affichage du système, version non connue.", EN: "The system’s display engine, of a version that is not known."}, text{}},

	"keyring.ok":     {OK, text{FR: "Le trousseau du système répond.", EN: "The system’s keyring answers."}, text{}},
	"keyring.off":    {Warn, text{FR: "Un réglage interdit le trousseau : ce qui est écrit n’est pas chiffré.", EN: "A setting forbids the keyring: what is written is not encrypted."}, text{FR: "Demandez à votre prestataire informatique de retirer le réglage « keyring=none » (stratégie, ligne de commande ou GUICHET_KEYRING).", EN: "Ask your IT provider to remove the setting “keyring=none” (policy, command line or GUICHET_KEYRING)."}},
	"keyring.none":   {Warn, text{FR: "Ce poste n’a pas de trousseau : ce qui est écrit n’est pas chiffré, et il faut se connecter à chaque démarrage.", EN: "This PC has no keyring: what is written is not encrypted, and everybody signs in at each start."}, text{FR: "Demandez à votre prestataire informatique d’en installer un (sous Linux, gnome-keyring ou KWallet).", EN: "Ask your IT provider to install one (on Linux, gnome-keyring or KWallet)."}},
	"keyring.silent": {Fail, text{FR: "Le trousseau du système ne répond pas, ou il est verrouillé.", EN: "The system’s keyring does not answer, or is locked."}, text{FR: "Déverrouillez-le, ou fermez la session du système et rouvrez-la.", EN: "Unlock it, or sign out of the system and in again."}},

	"disk.ok":        {OK, text{FR: "Disque : {free:size} libres, écriture sûre en {fsync_ms} ms.", EN: "Disk: {free:size} free, a safe write takes {fsync_ms} ms."}, text{}},
	"disk.low":       {Warn, text{FR: "Il ne reste que {free:size} sur le disque.", EN: "Only {free:size} are left on the disk."}, text{FR: "Libérez de la place : il en faut au moins 1 Go pour travailler sans souci.", EN: "Free some room: at least 1 GB is needed to work without worry."}},
	"disk.full":      {Fail, text{FR: "Le disque est presque plein : {free:size} libres.", EN: "The disk is nearly full: {free:size} free."}, text{FR: "Libérez de la place dès maintenant, sinon rien ne pourra plus être enregistré.", EN: "Free some room now, or nothing can be saved any more."}},
	"disk.slow":      {Warn, text{FR: "Le disque est lent : une écriture sûre prend {fsync_ms} ms ({free:size} libres).", EN: "The disk is slow: a safe write takes {fsync_ms} ms ({free:size} free)."}, text{FR: "Vérifiez l’état du disque et l’antivirus ; un disque qui ralentit peut être en fin de vie.", EN: "Look at the disk’s health and at the virus scanner; a disk that slows down may be near its end."}},
	"disk.read-only": {Fail, text{FR: "Rien ne peut être écrit dans le dossier des données.", EN: "Nothing can be written in the data folder."}, text{FR: "Rendez au compte le droit d’écrire dans ce dossier, ou choisissez-en un autre (réglage « data »).", EN: "Give the account the right to write in this folder, or choose another one (setting “data”)."}},
	"disk.fault":     {Fail, text{FR: "Le disque n’a pas rendu ce qui lui a été confié.", EN: "The disk did not give back what it was given."}, text{FR: "Faites contrôler le disque sans attendre ; les données sont dans le dossier indiqué, copiez-le.", EN: "Have the disk checked at once; the data is in the folder shown, copy it."}},
	"disk.unknown":   {Warn, text{FR: "La place libre sur le disque n’a pas pu être lue.", EN: "The room on the disk could not be read."}, askIT},

	"place.local":   {OK, text{FR: "Les données sont sur un disque de ce poste.", EN: "The data is on a disk of this PC."}, text{}},
	"place.roaming": {Warn, text{FR: "Les données sont dans le profil itinérant : il peut être copié pendant que Guichet écrit, ou écrasé par celui d’un autre poste.", EN: "The data is in the roaming profile: it may be copied while Guichet writes, or overwritten by that of another PC."}, text{FR: "Donnez à Guichet un dossier local, comme %LOCALAPPDATA%\\Guichet (réglage « data »).", EN: "Give Guichet a local folder, like %LOCALAPPDATA%\\Guichet (setting “data”)."}},
	"place.cloud":   {Warn, text{FR: "Les données sont dans un dossier que {name} copie ailleurs : cela peut abîmer la base, et les copies quittent ce poste.", EN: "The data is in a folder that {name} copies elsewhere: this can damage the database, and the copies leave this PC."}, text{FR: "Donnez à Guichet un dossier hors de {name}, comme %LOCALAPPDATA%\\Guichet (réglage « data »).", EN: "Give Guichet a folder outside {name}, like %LOCALAPPDATA%\\Guichet (setting “data”)."}},
	"place.network": {Fail, text{FR: "Les données sont sur un partage réseau, où une base ne peut pas être verrouillée sûrement : une coupure peut l’abîmer.", EN: "The data is on a network share, where a database cannot be locked reliably: a break can damage it."}, text{FR: "Donnez à Guichet un dossier d’un disque de ce poste (réglage « data »).", EN: "Give Guichet a folder on a disk of this PC (setting “data”)."}},

	"store.ok":          {OK, text{FR: "Base de données : contrôlée, sans défaut.", EN: "Database: checked, without a fault."}, text{}},
	"store.new":         {OK, text{FR: "Aucune base de données encore : Guichet n’a pas servi ici.", EN: "No database yet: Guichet has not been used here."}, text{}},
	"store.mended":      {Warn, text{FR: "La base de données a été abîmée, puis réparée.", EN: "The database was damaged, and has been mended."}, text{FR: "Relisez les brouillons et les demandes en attente, et faites contrôler le disque.", EN: "Look through drafts and waiting requests, and have the disk checked."}},
	"store.damaged":     {Fail, text{FR: "La base de données est abîmée.", EN: "The database is damaged."}, text{FR: "Ouvrez Guichet : il la répare et garde l’ancienne à côté. Faites contrôler le disque.", EN: "Open Guichet: it mends it and keeps the old one beside. Have the disk checked."}},
	"store.not-mended":  {Fail, text{FR: "La base de données est abîmée, et Guichet n’a pas pu la réparer.", EN: "The database is damaged, and Guichet could not mend it."}, text{FR: "Ne supprimez rien : tout ce qui est lisible reste dans le dossier des données. Libérez de la place sur le disque et réessayez, sinon transmettez ce rapport à votre prestataire informatique.", EN: "Remove nothing: all that can be read stays in the data folder. Free some room on the disk and try again, or hand this report to your IT provider."}},
	"store.too-new":     {Fail, text{FR: "La base de données vient d’une version plus récente de Guichet.", EN: "The database is of a newer Guichet."}, text{FR: "Installez la version la plus récente de Guichet sur ce poste.", EN: "Install the latest Guichet on this PC."}},
	"store.in-use":      {Fail, text{FR: "Un autre Guichet tient le dossier des données.", EN: "Another Guichet has the data folder."}, text{FR: "Fermez-le, ou fermez la session du système et rouvrez-la.", EN: "Close it, or sign out of the system and in again."}},
	"store.key-lost":    {Fail, text{FR: "La clé des textes n’est plus dans le trousseau.", EN: "The key of the texts is not in the keyring any more."}, text{FR: "Ouvrez Guichet et saisissez le code de secours.", EN: "Open Guichet and type the recovery code."}},
	"store.keyring":     {Fail, text{FR: "Le trousseau ne répond pas : ce qui est écrit ici ne peut être lu.", EN: "The keyring does not answer: what is written here cannot be read."}, text{FR: "Déverrouillez le trousseau, puis réessayez.", EN: "Unlock the keyring, then try again."}},
	"store.read-only":   {Fail, text{FR: "La base de données ne peut pas être ouverte en écriture.", EN: "The database cannot be opened for writing."}, text{FR: "Rendez au compte le droit d’écrire dans le dossier des données.", EN: "Give the account the right to write in the data folder."}},
	"store.disk-full":   {Fail, text{FR: "La base de données ne s’ouvre pas : le disque est plein.", EN: "The database does not open: the disk is full."}, text{FR: "Libérez de la place, puis rouvrez Guichet.", EN: "Free some room, then open Guichet again."}},
	"store.unreadable":  {Fail, text{FR: "La base de données n’a pas pu être contrôlée.", EN: "The database could not be checked."}, askIT},
	"portal.ok":         {OK, text{FR: "Le portail {host} répond en {ms} ms.", EN: "The portal {host} answers in {ms} ms."}, text{}},
	"portal.unset":      {Warn, text{FR: "L’adresse du portail n’est pas encore connue.", EN: "The address of the portal is not known yet."}, text{FR: "Ouvrez Guichet et saisissez l’adresse donnée par l’éditeur, ou fixez-la par le réglage « portal ».", EN: "Open Guichet and type the address that the vendor gave, or set it by the setting “portal”."}},
	"portal.offline":    {Fail, text{FR: "Le portail {host} ne répond pas.", EN: "The portal {host} does not answer."}, text{FR: "Vérifiez la connexion à Internet. Ce qui est écrit part dès que le portail répond.", EN: "Check the connection to the internet. What is written leaves as soon as the portal answers."}},
	"portal.no-network": {Fail, text{FR: "Ce poste n’a pas de réseau.", EN: "This PC has no network."}, text{FR: "Vérifiez le câble ou le Wi-Fi. Ce qui est écrit part au retour du réseau.", EN: "Check the cable or the Wi-Fi. What is written leaves when the network is back."}},
	"portal.foreign":    {Fail, text{FR: "À l’adresse {host}, quelqu’un d’autre que le portail répond.", EN: "At {host} somebody else than the portal answers."}, text{FR: "Ouvrez la page d’accès du Wi-Fi si le lieu en a une, vérifiez l’adresse du portail, puis le proxy.", EN: "Open the access page of the Wi-Fi if the place has one, check the address of the portal, then the proxy."}},

	"clock.ok":      {OK, text{FR: "L’horloge de ce poste est à l’heure.", EN: "The clock of this PC is right."}, text{}},
	"clock.ahead":   {Fail, text{FR: "L’horloge de ce poste avance de {off:span}.", EN: "The clock of this PC is {off:span} ahead."}, setClock},
	"clock.behind":  {Fail, text{FR: "L’horloge de ce poste retarde de {off:span}.", EN: "The clock of this PC is {off:span} behind."}, setClock},
	"clock.unknown": {OK, text{FR: "L’horloge n’a pas pu être comparée à celle du portail.", EN: "The clock could not be compared with that of the portal."}, text{}},

	"settings.ok":      {OK, text{FR: "Tous les réglages donnés à ce poste servent.", EN: "All settings that this PC was given count."}, text{}},
	"settings.value":   {Warn, text{FR: "Le réglage « {key} » a une valeur impossible : il ne compte pas.", EN: "The setting “{key}” has an impossible value: it does not count."}, text{FR: "Corrigez-le là où il est donné ; « guichet config show » le montre.", EN: "Correct it where it is given; “guichet config show” shows it."}},
	"settings.unknown": {Warn, text{FR: "Un réglage que Guichet ne connaît pas est donné à ce poste.", EN: "A setting that Guichet does not know is given to this PC."}, text{FR: "Comparez-le à la liste de « guichet help » ; « guichet config show » le montre.", EN: "Compare it with the list of “guichet help”; “guichet config show” shows it."}},
	"settings.unread":  {Fail, text{FR: "Les réglages de ce poste ne peuvent être lus.", EN: "The settings of this PC cannot be read."}, text{FR: "Vérifiez la forme du fichier ou les droits de la clé de registre ; « guichet config show » dit pourquoi.", EN: "Check the form of the file or the rights on the registry key; “guichet config show” says why."}},

	"starts.deaf": {Warn, text{FR: "Un deuxième démarrage n’est pas entendu : un lien ou « Envoyer vers » n’ouvre rien tant que Guichet est ouvert.", EN: "A second start is not heard: a link or “Send to” opens nothing while Guichet is open."}, text{FR: "Fermez la session du système et rouvrez-la.", EN: "Sign out of the system and in again."}},
	"starts.ok":   {OK, text{FR: "Les liens et les démarrages suivants sont entendus.", EN: "Links and later starts are heard."}, text{}},

	"incidents.none":   {OK, text{FR: "Aucun incident ces {days} derniers jours.", EN: "No incident in the last {days} days."}, text{}},
	"incidents.unread": {Warn, text{FR: "Les notes d’incidents ne peuvent être lues.", EN: "The notes of incidents cannot be read."}, askIT},
	"incidents.page":   {OK, text{FR: "La page s’est rechargée {count} fois en {days} jours ; rien n’a été perdu.", EN: "The page was loaded anew {count} times in {days} days; nothing was lost."}, text{}},
	"incidents.some":   {Warn, text{FR: "Guichet s’est interrompu {count} fois en {days} jours et s’est rouvert.", EN: "Guichet broke off {count} times in {days} days, and opened again."}, text{FR: "Joignez ce rapport à une demande d’assistance : il dit où cela s’est produit.", EN: "Attach this report to a support request: it says where it happened."}},

	// The steps on the way to the portal.
	"settings.proxy-setting": {Fail, text{FR: "L’adresse du proxy ne peut pas servir.", EN: "The address of the proxy cannot be used."}, text{FR: "Corrigez le réglage « proxy ».", EN: "Correct the setting “proxy”."}},
	"settings.ca-file":       {Fail, text{FR: "Le fichier d’autorités de certification ne peut pas servir.", EN: "The file of certificate authorities cannot be used."}, text{FR: "Vérifiez le fichier donné par le réglage « ca-file » : PEM, lisible par ce compte.", EN: "Check the file of the setting “ca-file”: PEM, readable by this account."}},
	"settings.address":       {Fail, text{FR: "L’adresse du portail n’en est pas une.", EN: "The address of the portal is none."}, text{FR: "Corrigez le réglage « portal ».", EN: "Correct the setting “portal”."}},
	"proxy.none":             {OK, text{FR: "Aucun proxy sur le chemin du portail.", EN: "No proxy on the way to the portal."}, text{}},
	"proxy.used":             {OK, text{FR: "Le proxy {proxy} mène au portail.", EN: "The proxy {proxy} leads to the portal."}, text{}},
	"proxy.unreachable":      {Fail, text{FR: "Le proxy {proxy} ne répond pas.", EN: "The proxy {proxy} does not answer."}, fixProxy},
	"proxy.proxy-setting":    {Fail, text{FR: "L’adresse du proxy que le système donne ne peut pas servir.", EN: "The address of the proxy that the system gives cannot be used."}, fixProxy},
	"proxy-tls.refused":      {Fail, text{FR: "La liaison chiffrée avec le proxy {proxy} n’aboutit pas : ce poste ne reconnaît pas son certificat, ou il ne parle pas TLS.", EN: "The encrypted connection to the proxy {proxy} does not come about: this PC does not trust its certificate, or it does not speak TLS."}, fixProxy},
	"dns.ok":                 {OK, text{FR: "Le nom {host} est connu.", EN: "The name {host} is known."}, text{}},
	"dns.unknown-name":       {Fail, text{FR: "Personne ne connaît le nom {host}.", EN: "Nobody knows the name {host}."}, text{FR: "Vérifiez l’adresse du portail, puis le DNS du réseau.", EN: "Check the address of the portal, then the DNS of the network."}},
	"dns.timeout":            {Fail, text{FR: "Le DNS ne répond pas pour {host}.", EN: "The DNS does not answer for {host}."}, text{FR: "Vérifiez la connexion et le DNS du réseau.", EN: "Check the connection and the DNS of the network."}},
	"dns.broken":             {Fail, text{FR: "Le DNS n’a pas su dire où est {host}.", EN: "The DNS could not say where {host} is."}, text{FR: "Vérifiez la connexion et le DNS du réseau.", EN: "Check the connection and the DNS of the network."}},
	"tcp.ok":                 {OK, text{FR: "{host} accepte une liaison.", EN: "{host} takes a connection."}, text{}},
	"tcp.closed":             {Fail, text{FR: "{host} refuse la liaison.", EN: "{host} refuses the connection."}, text{FR: "Vérifiez l’adresse et le port du portail, puis le pare-feu.", EN: "Check the address and the port of the portal, then the firewall."}},
	"tcp.no-route":           {Fail, text{FR: "Aucun chemin ne mène à {host}.", EN: "No way leads to {host}."}, text{FR: "Vérifiez la connexion à Internet, puis le pare-feu.", EN: "Check the connection to the internet, then the firewall."}},
	"tcp.timeout":            {Fail, text{FR: "{host} ne répond pas à temps.", EN: "{host} does not answer in time."}, text{FR: "Vérifiez la connexion à Internet, puis le pare-feu.", EN: "Check the connection to the internet, then the firewall."}},
	"tcp.broken":             {Fail, text{FR: "La liaison avec {host} se rompt.", EN: "The connection to {host} breaks."}, text{FR: "Vérifiez la connexion à Internet, puis le pare-feu.", EN: "Check the connection to the internet, then the firewall."}},
	"tls.ok":                 {OK, text{FR: "La liaison est chiffrée ({version}), certificat reconnu.", EN: "The connection is encrypted ({version}), with a certificate that is trusted."}, text{}},
	"tls.trusted":            {OK, text{FR: "La liaison est chiffrée, avec un certificat reconnu.", EN: "The connection is encrypted, with a certificate that is trusted."}, text{}},
	"tls.plain":              {OK, text{FR: "Liaison avec ce poste même, sans chiffrement.", EN: "A connection to this PC itself, not encrypted."}, text{}},
	"tls.trusted-by-file":    {OK, text{FR: "La liaison passe par un appareil qui la contrôle, admis par le réglage « ca-file ».", EN: "The connection is looked into by a device that the setting “ca-file” admits."}, text{}},
	"tls.intercepted":        {Fail, text{FR: "Un appareil ou un antivirus intercepte la liaison avec un certificat que ce poste ne connaît pas.", EN: "A device or a virus scanner looks into the connection with a certificate that this PC does not know."}, text{FR: "Exemptez le portail de ce contrôle, ou donnez le certificat de l’appareil par le réglage « ca-file ».", EN: "Exempt the portal from it, or give the device’s certificate by the setting “ca-file”."}},
	"tls.untrusted":          {Fail, text{FR: "Le certificat du portail n’est pas reconnu par ce poste.", EN: "The certificate of the portal is not trusted by this PC."}, text{FR: "Vérifiez l’adresse du portail ; si un appareil contrôle les liaisons, donnez son certificat par le réglage « ca-file ».", EN: "Check the address of the portal; if a device looks into connections, give its certificate by the setting “ca-file”."}},
	"tls.wrong-name":         {Fail, text{FR: "Le certificat présenté est celui d’un autre nom que {host}.", EN: "The certificate shown is for another name than {host}."}, text{FR: "Vérifiez l’adresse du portail ; la page d’accès d’un Wi-Fi peut répondre à sa place.", EN: "Check the address of the portal; the access page of a Wi-Fi may answer in its place."}},
	"tls.expired":            {Fail, text{FR: "Le certificat du portail a expiré.", EN: "The certificate of the portal has expired."}, text{FR: "Prévenez l’éditeur du portail.", EN: "Tell whoever runs the portal."}},
	"tls.clock":              {Fail, text{FR: "Le certificat du portail n’est pas valable à la date de ce poste.", EN: "The certificate of the portal is not valid at the date of this PC."}, setClock},
	"tls.tls-old":            {Fail, text{FR: "Le chiffrement proposé est trop ancien (avant TLS 1.2).", EN: "The encryption offered is too old (before TLS 1.2)."}, text{FR: "Prévenez l’éditeur du portail, ou la personne qui gère le proxy.", EN: "Tell whoever runs the portal, or the proxy."}},
	"tls.no-tls":             {Fail, text{FR: "Ce qui répond ne parle pas TLS.", EN: "What answers does not speak TLS."}, text{FR: "Vérifiez l’adresse et le port du portail, puis le proxy.", EN: "Check the address and the port of the portal, then the proxy."}},
	"tls.timeout":            {Fail, text{FR: "Le chiffrement de la liaison n’aboutit pas à temps.", EN: "The encryption of the connection does not come about in time."}, text{FR: "Vérifiez le pare-feu et le proxy.", EN: "Check the firewall and the proxy."}},
	"tls.broken":             {Fail, text{FR: "La liaison se rompt pendant la mise en place du chiffrement.", EN: "The connection breaks while its encryption is set up."}, text{FR: "Vérifiez le pare-feu, l’antivirus et le proxy.", EN: "Check the firewall, the virus scanner and the proxy."}},
	"*.proxy-auth":           {Fail, text{FR: " : le proxy demande un nom et un mot de passe.", EN: ": the proxy asks for a name and a password."}, text{FR: "Saisissez-les dans Guichet, qui les garde dans le trousseau.", EN: "Type them in Guichet, which keeps them in the keyring."}},
	"*.auth-refused":         {Fail, text{FR: " : le proxy n’accepte pas ce nom et ce mot de passe.", EN: ": the proxy does not take that name and password."}, text{FR: "Saisissez-les de nouveau dans Guichet.", EN: "Type them again in Guichet."}},
	"*.proxy-method":         {Fail, text{FR: " : le proxy demande une identification que Guichet ne connaît pas (NTLM, Negotiate).", EN: ": the proxy asks for a sign-in that Guichet does not speak (NTLM, Negotiate)."}, text{FR: "Exemptez le portail de cette identification, ou proposez « Basic ».", EN: "Exempt the portal from it, or offer “Basic”."}},
	"*.proxy-unreachable":    {Fail, text{FR: " : le proxy ne répond pas.", EN: ": the proxy does not answer."}, fixProxy},
	"*.proxy-refused":        {Fail, text{FR: " : le proxy ne laisse pas passer vers le portail.", EN: ": the proxy does not let anything through to the portal."}, text{FR: "Autorisez l’adresse du portail dans le proxy.", EN: "Allow the address of the portal in the proxy."}},
	"*.beyond-proxy":         {Fail, text{FR: " : le proxy lui-même n’atteint pas le portail.", EN: ": the proxy itself does not reach the portal."}, text{FR: "Vérifiez la connexion du proxy à Internet.", EN: "Check the proxy’s connection to the internet."}},
	"*.broken":               {Fail, text{FR: " : la liaison se rompt.", EN: ": the connection breaks."}, text{FR: "Vérifiez la connexion, puis le pare-feu et le proxy.", EN: "Check the connection, then the firewall and the proxy."}},
	"*.timeout":              {Fail, text{FR: " : pas de réponse à temps.", EN: ": no answer in time."}, text{FR: "Vérifiez la connexion, puis le pare-feu et le proxy.", EN: "Check the connection, then the firewall and the proxy."}},
	"*.foreign":              {Fail, text{FR: " : quelqu’un d’autre que le portail répond.", EN: ": somebody else than the portal answers."}, text{FR: "Ouvrez la page d’accès du Wi-Fi si le lieu en a une, puis vérifiez l’adresse et le proxy.", EN: "Open the access page of the Wi-Fi if the place has one, then check the address and the proxy."}},
	"*.redirect":             {Fail, text{FR: " : la réponse mène ailleurs, comme la page d’accès d’un Wi-Fi.", EN: ": the answer leads elsewhere, as the access page of a Wi-Fi does."}, text{FR: "Ouvrez un navigateur et donnez l’accès demandé.", EN: "Open a browser and give what it asks for."}},
}

var (
	setClock = text{FR: "Réglez la date et l’heure du poste, de préférence automatiquement par Internet.", EN: "Set the date and the time of the PC, best automatically from the internet."}
	fixProxy = text{FR: "Vérifiez l’adresse du proxy (réglage « proxy », ou celui du système) et s’il fonctionne.", EN: "Check the address of the proxy (setting “proxy”, or the system’s) and whether it runs."}
)

// fill puts facts into a sentence. One that is not there stays as a dash.
func fill(s, lang string, facts Facts) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return b.String()
		}
		name, form, _ := strings.Cut(name, ":")
		value, ok := facts[name]
		switch n, err := strconv.ParseInt(value, 10, 64); {
		case !ok || value == "":
			value = "-"
		case form == "size" && err == nil:
			value = size(n, lang)
		case form == "span" && err == nil:
			value = span(n, lang)
		}
		b.WriteString(value)
		s = after
	}
}

// size says so many bytes.
func size(n int64, lang string) string {
	unit := text{FR: "Mo", EN: "MB"}
	value := float64(n) / (1 << 20)
	digits := 0
	if n >= 1<<30 {
		unit, value, digits = text{FR: "Go", EN: "GB"}, float64(n)/(1<<30), 1
	}
	figure := strconv.FormatFloat(value, 'f', digits, 64)
	if lang != "en" {
		figure = strings.Replace(figure, ".", ",", 1)
	}
	return figure + " " + unit.In(lang)
}

// span says so many seconds.
func span(n int64, lang string) string {
	switch {
	case n >= 2*24*3600:
		return fmt.Sprint(n/(24*3600), " ", text{FR: "jours", EN: "days"}.In(lang))
	case n >= 2*3600:
		return fmt.Sprint(n/3600, " ", text{FR: "heures", EN: "hours"}.In(lang))
	}
	return fmt.Sprint(n/60, " ", text{FR: "minutes", EN: "minutes"}.In(lang))
}
