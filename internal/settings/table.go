package settings

// Table is all that can be set, in the order in which administrators read it.
var Table = []Setting{
	{
		Key: KeyPortal, Env: "GUICHET_PORTAL", Kind: Address,
		Title: Text{"Adresse du portail", "Address of the portal"},
		Help: Text{
			"Adresse https du portail de l'éditeur. Sans elle, Guichet la demande au premier démarrage.",
			"The https address of the vendor's portal. Without it Guichet asks at the first start.",
		},
	},
	{
		Key: KeyIssuer, Env: "GUICHET_ISSUER", Kind: Address, Early: true,
		Title: Text{"Fournisseur d'identité", "Identity provider"},
		Help: Text{
			"Adresse du fournisseur OpenID Connect, à la place de celui que le portail indique.",
			"Address of the OpenID Connect provider, in the place of the one that the portal names.",
		},
	},
	{
		Key: KeyClientID, Env: "GUICHET_CLIENT_ID", Kind: Line, Early: true,
		Title: Text{"Identifiant de Guichet chez ce fournisseur", "Client id of Guichet at that provider"},
		Help: Text{
			"Identifiant d'un client public (sans secret). Sert avec « Fournisseur d'identité ».",
			"The id of a public client, without a secret. Used together with the identity provider.",
		},
	},
	{
		Key: KeyScopes, Env: "GUICHET_SCOPES", Kind: Words, Early: true,
		Title: Text{"Portées demandées à ce fournisseur", "Scopes asked of that provider"},
		Help: Text{
			"Portées séparées par des espaces ; « openid » est ajoutée.",
			"Scopes with spaces between them; \"openid\" is added.",
		},
	},
	{
		Key: KeyLanguage, Env: "GUICHET_LANGUAGE", Kind: Choice, Choices: []string{"fr", "en"}, Default: "fr", Personal: true,
		Title: Text{"Langue", "Language"},
		Help:  Text{"Langue de la fenêtre : fr ou en.", "Language of the window: fr or en."},
	},
	{
		Key: KeyIdle, Env: "GUICHET_IDLE", Kind: Number, Max: MaxIdle, Default: "10", Unit: Text{"min", "min"}, Personal: true,
		Title: Text{"Masquage après inactivité", "Mask after idle time"},
		Help: Text{
			"Minutes sans frappe ni souris après lesquelles l'écran est masqué ; 0 : jamais.",
			"Minutes without keyboard or mouse after which the window is masked; 0: never.",
		},
	},
	{
		Key: KeyUpload, Env: "GUICHET_UPLOAD", Kind: Number, Max: MaxUpload, Default: "0", Unit: Text{"ko/s", "kB/s"},
		Title: Text{"Débit d'envoi", "Upload bandwidth"},
		Help: Text{
			"Débit que les pièces jointes prennent ensemble, en ko/s ; 0 : sans limite.",
			"What all files that are sent take of the line together, in kB/s; 0: no limit.",
		},
	},
	{
		Key: KeyKeep, Env: "GUICHET_KEEP", Kind: Number, Max: MaxKeep, Default: "30", Unit: Text{"j", "d"}, Personal: true,
		Title: Text{"Conservation des copies", "Keeping of copies"},
		Help: Text{
			"Jours pendant lesquels les copies de fichiers reçus par le portail restent sur ce poste ; 0 : toujours.",
			"Days for which copies of files that the portal has received stay on this PC; 0: for ever.",
		},
	},
	{
		Key: KeyProxy, Env: "GUICHET_PROXY", Kind: Proxy, Default: "system",
		Title: Text{"Proxy", "Proxy"},
		Help: Text{
			"system (celui du système), none (aucun), ou une adresse comme http://proxy.exemple.fr:3128. Nom et mot de passe vont dans le trousseau, par la fenêtre.",
			"system (the system's own), none, or an address like http://proxy.example.org:3128. Name and password go into the keyring, by the window.",
		},
	},
	{
		Key: KeyCA, Env: "GUICHET_CA", Kind: Path,
		Title: Text{"Autorité de certification ajoutée", "Additional certificate authority"},
		Help: Text{
			"Fichier PEM d'une ou plusieurs autorités, en plus de celles du système.",
			"A PEM file with one or more authorities, beside those of the system.",
		},
	},
	{
		Key: KeyUpdates, Env: "GUICHET_UPDATES", Kind: Choice, Choices: []string{"auto", "notify", "off"}, Default: "auto",
		Title: Text{"Mises à jour", "Updates"},
		Help: Text{
			"auto : téléchargées, vérifiées, installées au démarrage suivant. notify : annoncées seulement. off : jamais cherchées. Une installation pour tous les utilisateurs ne fait qu'annoncer.",
			"auto: downloaded, checked, applied at the next start. notify: told only. off: never looked for. An installation for all users only tells.",
		},
	},
	{
		Key: KeySource, Env: "GUICHET_UPDATE_SOURCE", Kind: Source,
		Title: Text{"Source des mises à jour", "Source of updates"},
		Help: Text{
			"Adresse ou dossier où sont les mises à jour signées ; sans elle, le portail.",
			"Address or folder with the signed updates; without it, the portal.",
		},
	},
	{
		Key: KeyChannel, Env: "GUICHET_UPDATE_CHANNEL", Kind: Choice, Choices: []string{"stable", "early"}, Default: "stable",
		Title: Text{"Canal des mises à jour", "Channel of updates"},
		Help:  Text{"stable, ou early pour quelques postes qui essaient d'abord.", "stable, or early for a few PCs that try first."},
	},
	{
		Key: KeyDelay, Env: "GUICHET_UPDATE_DELAY", Kind: Number, Max: MaxDelay, Default: "0", Unit: Text{"j", "d"},
		Title: Text{"Délai des mises à jour", "Delay of updates"},
		Help: Text{
			"Jours d'attente après la publication ; les mises à jour urgentes n'attendent pas.",
			"Days to wait after publication; urgent updates do not wait.",
		},
	},
	{
		Key: KeyAutostart, Env: "GUICHET_AUTOSTART", Kind: Switch, Default: "off",
		Title: Text{"Démarrer avec la session", "Start with the session"},
		Help: Text{
			"on : Guichet s'ouvre, réduit, à l'ouverture de la session et envoie ce qui attend.",
			"on: Guichet opens, minimised, with the session, and sends what waits.",
		},
	},
	{
		Key: KeyKeyring, Env: "GUICHET_KEYRING", Kind: Choice, Choices: []string{"system", "none"}, Default: "system", Early: true,
		Title: Text{"Trousseau", "Keyring"},
		Help: Text{
			"system : ce qui est écrit est chiffré, les clés sont dans le trousseau du système. none : rien n'est chiffré.",
			"system: what is written is sealed, with keys in the system's keyring. none: nothing is sealed.",
		},
	},
	{
		Key: KeyData, Env: "GUICHET_DATA", Kind: Path, Early: true,
		Title: Text{"Dossier des données", "Data folder"},
		Help: Text{
			"Dossier local de ce poste, par utilisateur. Ni profil itinérant, ni OneDrive, ni partage réseau. Les variables comme %LOCALAPPDATA% sont remplacées.",
			"A local folder of this PC, for each user. No roaming profile, OneDrive or network share. Variables like %LOCALAPPDATA% are filled in.",
		},
	},
}
