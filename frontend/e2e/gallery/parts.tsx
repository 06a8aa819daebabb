import { type ComponentType, type ReactNode, useState } from 'react';
import {
  ActionMenu,
  Banner,
  Button,
  buttonClass,
  Checkbox,
  Chip,
  Choices,
  DateField,
  Dialog,
  Dropdown,
  FilterMenu,
  Grid,
  GridCell,
  Icon,
  type IconName,
  Line,
  Panel,
  Pick,
  Progress,
  Search,
  Status,
  TextField,
  useToast,
} from '../../src/ui';
import { Palette } from '../../src/ui/palette';

const nothing = () => {};
const matches = (query: string, texts: string[]) =>
  texts.some((t) => t.toLowerCase().includes(query.toLowerCase()));

const practices = [
  { value: 'tilleuls', label: 'Cabinet des Tilleuls', hint: 'Rennes' },
  { value: 'gare', label: 'Cabinet de la Gare', hint: 'Vannes' },
  { value: 'port', label: 'Maison de santé du Port, un nom qui est long', hint: 'Saint-Malo' },
];

// Held keeps what is typed or chosen in one state of a part.
function Held({
  from = '',
  children,
}: {
  from?: string;
  children: (value: string, set: (v: string) => void) => ReactNode;
}) {
  return children(...useState(from));
}

function Buttons() {
  const looks = ['go', 'plain', 'quiet'] as const;
  return (
    <>
      {looks.map((look) => (
        <Button key={look} look={look}>
          Envoyer
        </Button>
      ))}
      {looks.map((look) => (
        <Button key={look} look={look} small>
          <Icon name="plus" size={16} /> Petit
        </Button>
      ))}
      {looks.map((look) => (
        <Button key={look} look={look} busy>
          Envoi en cours
        </Button>
      ))}
      <Button icon small aria-label="Fermer">
        <Icon name="cross" size={16} />
      </Button>
      <Button shortcut={{ keys: 'mod+enter', told: 'Ctrl+Entrée' }}>Avec ses touches</Button>
      <a href="#Button" className={buttonClass('plain')}>
        Un lien
      </a>
      <a href="#Button" className="textlink">
        Un lien discret
      </a>
    </>
  );
}

function Chips() {
  return (['none', 'go', 'amber', 'red', 'blue'] as const).map((tone) => (
    <Chip key={tone} tone={tone}>
      {tone}
    </Chip>
  ));
}

function Banners() {
  return (['amber', 'red', 'blue'] as const).map((tone) => (
    <Banner
      key={tone}
      tone={tone}
      title="Il reste un point à revoir"
      acts={
        <>
          <Button small>Corriger</Button>
          <Button small look="quiet">
            Plus tard
          </Button>
        </>
      }
    >
      <p>
        Il manque des chiffres : le numéro ressemble à FA-2026-0001. <a href="#Banner">Aller au champ</a>
      </p>
    </Banner>
  ));
}

function TextFields() {
  return (
    <>
      <Held>{(v, set) => <TextField label="Vide" extra="facultatif" value={v} onChange={set} />}</Held>
      <Held from="Maintenance comptée deux fois">
        {(v, set) => <TextField label="Rempli" hint="En quelques mots." required value={v} onChange={set} />}
      </Held>
      <Held from="12">
        {(v, set) => (
          <TextField
            label="En erreur"
            error="Il manque des chiffres : le numéro ressemble à FA-2026-0001."
            value={v}
            onChange={set}
          />
        )}
      </Held>
      <Held from="1234">{(v, set) => <TextField label="Secret" secret value={v} onChange={set} />}</Held>
      <Held from="La maintenance est comptée deux fois.">
        {(v, set) => (
          <TextField
            label="Plusieurs lignes"
            lines
            counter={{ text: '37 sur 4000 caractères', over: false }}
            value={v}
            onChange={set}
          />
        )}
      </Held>
      <Held from="Trop long.">
        {(v, set) => (
          <TextField
            label="Trop de lignes"
            lines
            counter={{ text: '4010 sur 4000 caractères', over: true }}
            error="Le texte est trop long de 10 caractères."
            value={v}
            onChange={set}
          />
        )}
      </Held>
    </>
  );
}

function AllChoices() {
  const kinds = [
    { value: 'admin', label: 'Assistance administrative', hint: 'Factures, contrats, paiements.' },
    { value: 'tech', label: 'Assistance technique' },
    { value: 'closed', label: 'Commande', hint: 'Pas pour votre rôle.', disabled: true },
  ];
  return (
    <>
      <Held>
        {(v, set) => <Choices label="Sans réponse" value={v} onChange={set} choices={kinds} required />}
      </Held>
      <Held from="admin">
        {(v, set) => (
          <Choices label="Choisi" hint="Une seule réponse." value={v} onChange={set} choices={kinds} pills />
        )}
      </Held>
      <Held>
        {(v, set) => (
          <Choices
            label="En erreur"
            error="Choisissez une réponse."
            value={v}
            onChange={set}
            choices={kinds}
            pills
          />
        )}
      </Held>
    </>
  );
}

function Checkboxes() {
  const [checked, check] = useState(true);
  const [other, checkOther] = useState(false);
  return (
    <>
      <Checkbox checked={other} onChange={checkOther}>
        Je confirme
      </Checkbox>
      <Checkbox checked={checked} onChange={check}>
        Je confirme, coché
      </Checkbox>
      <Checkbox checked={false} onChange={nothing} disabled>
        Pas maintenant
      </Checkbox>
      <Checkbox checked onChange={nothing} disabled>
        Pas maintenant, coché
      </Checkbox>
    </>
  );
}

function Dropdowns() {
  const shared = { choices: practices, placeholder: 'Choisissez' };
  return (
    <>
      <Held>{(v, set) => <Dropdown label="Liste vide" value={v} onChange={set} {...shared} />}</Held>
      <Held from="gare">
        {(v, set) => <Dropdown label="Liste choisie" value={v} onChange={set} {...shared} />}
      </Held>
      <Held>
        {(v, set) => (
          <Dropdown label="Liste en erreur" error="Choisissez." value={v} onChange={set} {...shared} />
        )}
      </Held>
    </>
  );
}

function Picks() {
  const shared = { search: 'Chercher par nom ou par ville', none: 'Rien de ce nom.', matches };
  return (
    <>
      <Held from="gare">
        {(v, set) => <Pick label="Cabinet" value={v} onChange={set} choices={practices} {...shared} />}
      </Held>
      <Held>
        {(v, set) => (
          <Pick
            label="Cabinet, aucun"
            error="Choisissez un cabinet."
            value={v}
            onChange={set}
            choices={[]}
            {...shared}
          />
        )}
      </Held>
    </>
  );
}

function DateFields() {
  return (
    <>
      <Held>{(v, set) => <DateField label="Jour vide" value={v} onChange={set} />}</Held>
      <Held from="2026-11-30">{(v, set) => <DateField label="Jour" value={v} onChange={set} />}</Held>
      <Held from="2026-11-30">
        {(v, set) => <DateField label="Jour en erreur" error="Ce jour est passé." value={v} onChange={set} />}
      </Held>
    </>
  );
}

function Searches() {
  return (
    <>
      <Held>{(v, set) => <Search label="Rechercher une demande" value={v} onChange={set} />}</Held>
      <Held from="agenda">{(v, set) => <Search label="Filtrer" value={v} onChange={set} />}</Held>
    </>
  );
}

function Progresses() {
  return (
    <>
      <Progress label="contrat.pdf" done={0} total={100} text="0 %" />
      <Progress label="annexe.pdf" done={40} total={100} text="40 %, encore 2 min" />
      <Progress label="facture.pdf" done={100} total={100} text="100 %" />
    </>
  );
}

function Lines() {
  return (
    <>
      <Line>Ligne seule</Line>
      <span>
        Dans la ligne : <Line inline>3 trouvées</Line>
      </span>
    </>
  );
}

function Statuses() {
  return <Status>Recherche en cours…</Status>;
}

const icons: IconName[] = ['mark', 'plus', 'down', 'up', 'eye', 'next', 'check', 'search', 'cross', 'alert'];
const more: IconName[] = ['clock', 'back', 'forward', 'menu', 'bell', 'clip', 'page'];

function Icons() {
  return [...icons, ...more].map((name) => (
    <span key={name}>
      <Icon name={name} /> {name}
    </span>
  ));
}

function Menus() {
  const [theme, setTheme] = useState('dark');
  const options = [
    { value: 'light', label: 'Clair' },
    { value: 'dark', label: 'Sombre' },
  ];
  return (
    <ActionMenu
      label="Tout ce qu’un menu contient"
      entries={[
        {
          kind: 'group',
          id: 'group',
          label: 'Sous un titre',
          entries: [{ kind: 'act', id: 'a', label: 'Créer une demande', keys: 'Ctrl+N', run: nothing }],
        },
        { kind: 'act', id: 'b', label: 'Une action', hint: 'avec ce qu’elle fait', run: nothing },
        { kind: 'setting', id: 'c', label: 'Réglage', value: theme, options, run: setTheme },
        { kind: 'setting', id: 'd', label: 'À part', apart: true, value: theme, options, run: setTheme },
      ]}
    >
      Menu <Icon name="down" size={14} />
    </ActionMenu>
  );
}

function Filters() {
  const [values, run] = useState(['received']);
  const options = [
    { value: 'received', label: 'Reçue' },
    { value: 'queued', label: 'En attente' },
  ];
  const group = { id: 'state', label: 'Statut', options, run };
  return (
    <>
      <FilterMenu label="Sans choix" chosen="" groups={[{ ...group, values: [], run: nothing }]} />
      <FilterMenu label="Avec choix" chosen={String(values.length)} groups={[{ ...group, values }]} />
    </>
  );
}

function Panels() {
  return (
    <Panel label="Ouvrir un panneau" title="Panneau" look="button plain" sign={<Icon name="bell" />}>
      {(close) => (
        <div style={{ padding: 20 }}>
          <p>Ce qu’un bouton ouvre à côté de lui.</p>
          <Button small onPress={close}>
            Fermer le panneau
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Dialogs() {
  const [open, setOpen] = useState('');
  const close = () => setOpen('');
  return (
    <>
      {['Question', 'Large', 'Alerte', 'Pleine'].map((name) => (
        <Button key={name} onPress={() => setOpen(name)}>
          {name}
        </Button>
      ))}
      {open && (
        <Dialog
          title={`Dialogue : ${open}`}
          onClose={close}
          wide={open === 'Large'}
          alert={open === 'Alerte'}
          full={open === 'Pleine'}
          foot={
            <>
              <Button onPress={close}>Annuler</Button>
              <Button look="go" onPress={close}>
                Confirmer
              </Button>
            </>
          }
        >
          <p>Ce fichier peut-il sortir du cabinet ?</p>
        </Dialog>
      )}
    </>
  );
}

function Palettes() {
  const [open, setOpen] = useState(false);
  const commands = [
    { id: 'new', label: 'Créer une demande', keys: 'mod+n', run: nothing },
    { id: 'home', label: 'Accueil', run: nothing },
  ];
  return (
    <>
      <Button onPress={() => setOpen(true)}>Toutes les commandes</Button>
      {open && (
        <Palette
          title="Commandes"
          search="Une commande"
          none="Rien de ce nom."
          foot={<Button onPress={() => setOpen(false)}>Fermer les commandes</Button>}
          commands={commands}
          more={() => []}
          matches={matches}
          told={() => 'Ctrl+N'}
          onChoose={() => setOpen(false)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function ToastButtons() {
  const toast = useToast();
  return (
    <>
      <Button onPress={() => toast(() => 'C’est enregistré.')}>Dire</Button>
      <Button onPress={() => toast(() => 'Le brouillon est supprimé.', { undo: () => 'done' })}>
        Dire, et pouvoir annuler
      </Button>
      <Button
        onPress={() =>
          toast(() => 'Une réponse est arrivée.', { label: () => 'Voir la réponse', run: nothing })
        }
      >
        Dire, et mener plus loin
      </Button>
    </>
  );
}

const columns = [
  { key: 'n', label: 'Numéro', width: 110, sort: 'ascending' as const },
  { key: 's', label: 'Sujet', width: 180, grow: 1, sort: 'none' as const },
  { key: 'c', label: 'Statut', width: 100 },
];

function Grids() {
  const [active, setActive] = useState(0);
  return (
    <Grid
      label="Demandes"
      columns={columns}
      count={40}
      rowHeight={44}
      row={(i) =>
        i === 2
          ? undefined
          : {
              id: String(i),
              cells: (
                <>
                  <GridCell look="figures">{`DE-${1000 + i}`}</GridCell>
                  <GridCell>Maintenance comptée deux fois</GridCell>
                  <GridCell>
                    <Chip tone="go">Reçue</Chip>
                  </GridCell>
                </>
              ),
            }
      }
      version={0}
      active={active}
      onActive={setActive}
      onOpen={nothing}
      onSort={nothing}
      onRange={nothing}
      coming="Ligne en cours de lecture"
    />
  );
}

// parts are shown under the names that src/ui gives them.
export const parts: Record<string, ComponentType> = {
  ActionMenu: Menus,
  Banner: Banners,
  Button: Buttons,
  Checkbox: Checkboxes,
  Chip: Chips,
  Choices: AllChoices,
  DateField: DateFields,
  Dialog: Dialogs,
  Dropdown: Dropdowns,
  FilterMenu: Filters,
  Grid: Grids,
  Icon: Icons,
  Line: Lines,
  Palette: Palettes,
  Panel: Panels,
  Pick: Picks,
  Progress: Progresses,
  Search: Searches,
  Status: Statuses,
  TextField: TextFields,
  Toasts: ToastButtons,
};
