import './start.css';
import { type ReactNode, useEffect, useState } from 'react';
import { codeOf, type Person, portal, reads, type Settings, useShared } from '../../bridge';
import { PageHead } from '../../request';
import { matches, useWords } from '../../text';
import { Button, Choices, Pick, Status, TextField } from '../../ui';
import { ask, SigningLine } from '../../who';

type Set = (change: Partial<Settings>) => void;

// Start is what a PC begins with: which language, which portal, who is there. All
// of it can wait: writing needs none of it.
export function Start({
  set,
  onDone,
  children,
}: {
  set: Set;
  onDone: () => void;
  children?: ReactNode; // lines that everybody has to see
}) {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const { data: site } = useShared(reads.portal);
  const { data: settings } = useShared(reads.settings);
  const [begun, setBegun] = useState(false); // signing in, from here
  const there = person?.known ?? false;
  const asks = there && begun && (person?.practices.length ?? 0) > 1;
  useEffect(() => {
    if (there && !asks) onDone();
  }, [there, asks, onDone]);
  if (!site || (there && !asks)) return null;
  if (person && there) return <Preferred person={person} set={set} onDone={onDone} />;
  return (
    <div className="start">
      <PageHead title={words.t('start.title')} line={words.t('start.line')}>
        <Button look="quiet" onPress={onDone}>
          {words.t('start.later')}
        </Button>
      </PageHead>
      {!settings?.locked.includes('language') && (
        <Choices
          label={words.t('person.language')}
          hideLabel
          value={words.lang}
          onChange={(language) => set({ language })}
          choices={[
            { value: 'fr', label: 'Français' },
            { value: 'en', label: 'English' },
          ]}
          pills
        />
      )}
      {!site.fixed && <Address address={site.address} />}
      <section className="card start-card" aria-labelledby="start-who">
        <h2 id="start-who">{words.t('start.who')}</h2>
        <p>{words.t(site.address ? 'start.whoText' : 'start.whoFirst')}</p>
        <div className="start-acts">
          <Button
            look={site.address ? 'go' : 'plain'}
            aria-disabled={!site.address}
            onPress={() => {
              if (!site.address) return;
              setBegun(true);
              ask({ kind: 'sign-in', expected: '' });
            }}
          >
            {words.t('person.signIn')}
          </Button>
        </div>
      </section>
      <SigningLine />
      {children}
    </div>
  );
}

// Address asks where the portal is, and says what is there before it is taken.
function Address({ address }: { address: string }) {
  const words = useWords();
  const [typed, setTyped] = useState(address);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const check = async () => {
    if (busy) return;
    if (!typed.trim()) return setFailure('empty');
    setBusy(true);
    setFailure('');
    try {
      const found = await portal.check(typed);
      await portal.use(found);
      await reads.portal.refresh();
      setTyped(found);
    } catch (reason) {
      setFailure(codeOf(reason));
    }
    setBusy(false);
  };
  const sentence = failure && (failure === 'empty' ? words.t('start.empty') : failed(failure));
  function failed(code: string): string {
    return code === 'offline' ? words.t('start.offline') : words.error(code);
  }
  return (
    <section className="card start-card" aria-labelledby="start-portal">
      <h2 id="start-portal">{words.t('start.portal')}</h2>
      <form
        className="start-address"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <TextField
          label={words.t('start.address')}
          hint={words.t('start.addressHint')}
          value={typed}
          onChange={(v) => {
            setTyped(v);
            setFailure('');
          }}
          error={sentence || undefined}
        />
        <Button type="submit" look={address ? 'plain' : 'go'} busy={busy}>
          {words.t('start.check')}
        </Button>
      </form>
      <Status className="start-found">
        {busy ? words.t('start.checking') : address && !failure && words.t('start.found', { address })}
      </Status>
    </section>
  );
}

const FEW = 8; // practices that need no search

// Preferred asks which practice a new request begins with.
function Preferred({ person, set, onDone }: { person: Person; set: Set; onDone: () => void }) {
  const words = useWords();
  const [chosen, setChosen] = useState(person.preferred);
  const choices = person.practices.map((p) => ({ value: p.id, label: p.name, hint: p.town }));
  const shared = {
    label: words.t('start.practice'),
    hideLabel: true,
    value: chosen,
    onChange: setChosen,
    choices,
  };
  return (
    <div className="start">
      <PageHead
        title={words.t('home.hello', { name: person.name.split(' ')[0] ?? '' })}
        line={words.t('start.practiceLine')}
      />
      <section className="card start-card" aria-labelledby="start-practice">
        <h2 id="start-practice">{words.t('start.practice')}</h2>
        {choices.length > FEW ? (
          <Pick
            {...shared}
            search={words.t('field.practiceSearch')}
            none={words.t('field.practiceNone')}
            matches={matches}
          />
        ) : (
          <Choices {...shared} />
        )}
        <div className="start-acts">
          <Button
            look="go"
            onPress={() => {
              if (chosen) set({ practice: chosen });
              onDone();
            }}
          >
            {words.t('start.go')}
          </Button>
        </div>
      </section>
    </div>
  );
}
