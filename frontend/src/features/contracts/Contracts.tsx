import './contracts.css';
import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { type Contract, contracts as calls, codeOf, type Person, reads, useShared } from '../../bridge';
import { Empty, PageHead } from '../../request';
import { useWords, type Words } from '../../text';
import { Banner, Button, buttonClass, Dropdown, Status } from '../../ui';
import { ask } from '../../who';
import { ContractCard } from './ContractCard';
import { grouped } from './terms';

// ContractList shows the contracts of the practices that the person administers, as
// the portal told of them last, and asks it for them anew.
export function ContractList() {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const { data: known, error } = useShared(reads.contracts);
  const list = known?.list;
  const asked = useRefresh(person);
  const [chosen, setChosen] = useState('');
  const groups = grouped(list ?? []);
  const practice = groups.some((g) => g.practice === chosen) ? chosen : ''; // it may have gone
  const shown = groups.filter((g) => !practice || g.practice === practice);
  const partly = person?.practices.some((p) => !isAdmin(p)) && (list?.length ?? 0) > 0;
  const count = shown.reduce((sum, g) => sum + g.contracts.length, 0);
  return (
    <div className="contracts">
      <PageHead
        title={words.t('contracts.title')}
        line={
          <>
            {count > 0 ? words.t('contracts.count', { count }) : '\u00a0'}
            {partly && `. ${words.t('contracts.onlyAdmin')}`}
          </>
        }
      >
        {groups.length > 1 && (
          <Dropdown
            label={words.t('contracts.practice')}
            value={practice || ALL}
            onChange={(value) => setChosen(value === ALL ? '' : value)}
            placeholder={words.t('contracts.allPractices')}
            choices={[
              { value: ALL, label: words.t('contracts.allPractices') },
              ...groups.map((g) => ({ value: g.practice, label: g.name })),
            ]}
          />
        )}
      </PageHead>
      {list && list.length > 0 ? (
        <>
          <Stale person={person} code={asked} at={known?.at ?? ''} />
          {shown.map((g) => (
            <section key={g.practice} className="contracts-group" aria-labelledby={`contracts-${g.practice}`}>
              <h2 id={`contracts-${g.practice}`}>{g.name}</h2>
              <ul className="contracts-list">
                {g.contracts.map((c) => (
                  <ContractCard key={c.id} contract={c} />
                ))}
              </ul>
            </section>
          ))}
        </>
      ) : (
        person && <None person={person} list={list} code={error?.code ?? asked} failed={Boolean(error)} />
      )}
    </div>
  );
}

const ALL = '*';

const isAdmin = (p: Person['practices'][number]) =>
  p.roles.includes('admin') || p.roles.includes('super-admin');

// useRefresh asks the portal anew, each time that it can be asked. It answers with
// why that failed, "" when it did not, and undefined until then.
function useRefresh(person: Person | undefined): string | undefined {
  const [code, setCode] = useState<string>();
  const { data: status } = useShared(reads.status);
  const known = person?.id !== undefined && person.id !== '';
  const signedIn = person?.signedIn;
  const online = status?.connection === 'online';
  // biome-ignore lint/correctness/useExhaustiveDependencies: a connection that is back is asked
  useEffect(() => {
    if (!known) return;
    let here = true;
    const done = (why: string) => here && setCode(why);
    calls
      .refresh()
      .then(() => reads.contracts.refresh())
      .then(
        () => done(''),
        (reason) => done(codeOf(reason)),
      );
    return () => {
      here = false;
    };
  }, [known, signedIn, online]);
  return code;
}

// Stale says that what is shown may not be so any more.
function Stale({ person, code, at }: { person: Person | undefined; code: string | undefined; at: string }) {
  const words = useWords();
  const known = person?.signedIn && code !== 'sign-in';
  const line =
    code && at && words.t(known ? 'contracts.offline' : 'contracts.signedOut', { when: words.when(at) });
  return <Status className="contracts-stale">{line}</Status>;
}

// None says why there is nothing, and what can be done about it.
function None({
  person,
  list,
  code,
  failed,
}: {
  person: Person;
  list: Contract[] | undefined;
  code: string | undefined;
  failed: boolean;
}) {
  const words = useWords();
  if (person.id === '' || (!person.signedIn && (code === 'sign-in' || code === undefined)))
    return (
      <Empty title={words.t('contracts.signIn')} hint={words.t('contracts.signInHint')}>
        <Button look="go" onPress={() => ask({ kind: 'sign-in', expected: person.id })}>
          {words.t('person.signIn')}
        </Button>
      </Empty>
    );
  if (failed)
    return (
      <div role="alert">
        <Banner
          tone="red"
          title={words.t('contracts.failed')}
          acts={
            <Button small onPress={() => void reads.contracts.refresh()}>
              {words.t('error.retry')}
            </Button>
          }
        >
          <p>{words.error(code ?? 'internal')}</p>
        </Banner>
      </div>
    );
  if (person.practices.length > 0 && !person.practices.some(isAdmin))
    return (
      <Empty title={words.t('contracts.noAccess')} hint={whom(words, person)}>
        <Link href="/new/assistant" className={buttonClass()}>
          {words.t('nav.assistant')}
        </Link>
      </Empty>
    );
  if (list === undefined || code === undefined) return <Skeleton />;
  if (code) return <Empty title={words.t('contracts.unknown')} hint={words.t('contracts.unknownHint')} />;
  return <Empty title={words.t('contracts.none')} hint={words.t('contracts.noneHint')} />;
}

function whom(words: Words, person: Person): string {
  const names = [...new Set(person.practices.flatMap((p) => p.admins))];
  if (names.length === 0) return words.t('contracts.noAccessHintAlone');
  return words.t('contracts.noAccessHint', { names: words.list(names, 'disjunction') });
}

function Skeleton(): ReactNode {
  const words = useWords();
  return (
    <div className="contracts-list">
      <Status className="sr">{words.t('contracts.coming')}</Status>
      <div className="card contract ghost" />
      <div className="card contract ghost" />
    </div>
  );
}
