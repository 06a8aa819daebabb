import './shell.css';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { reads, useShared } from '../bridge';
import { newDraft, type Road, useUnsaved } from '../draft';
import { Home } from '../features/home/Home';
import { KeysLine } from '../features/keys/KeysLine';
import { SupportLine } from '../features/support/SupportLine';
import { UpdateLine } from '../features/updates/UpdateLine';
import { Help as Guide, openGuide, TourLine, useTopic } from '../guide';
import { AskedLine } from '../outbox/AskedLine';
import { Empty } from '../request';
import { Speak, useWords } from '../text';
import { Button, focusPage, I18nProvider, Toasts } from '../ui';
import { followArrivals, SigningLine, useAsked, WaitingFor } from '../who';
import { Commands } from './Commands';
import { Foot } from './Foot';
import { Gate } from './Gate';
import { Head } from './Head';
import { useHash, useSearch } from './hash';
import { useLanguage } from './language';
import { Mask } from './Mask';
import { Nav } from './Nav';
import { Dropped, Opened } from './openings';
import { RecoveredLine } from './RecoveredLine';
import { usePainted } from './usePainted';
import { useParting } from './useParting';
import { useSetting } from './useSetting';
import { useTold } from './useTold';

// The other places come when they are first gone to, so that the first page
// does not wait for them.
const DraftPage = lazy(() => import('./DraftPage').then((m) => ({ default: m.DraftPage })));
const Sent = lazy(() => import('../features/sent/Sent').then((m) => ({ default: m.Sent })));
const Details = lazy(() => import('../features/details/Details').then((m) => ({ default: m.Details })));
const Dashboard = lazy(() =>
  import('../features/dashboard/Dashboard').then((m) => ({ default: m.Dashboard })),
);
const ContractList = lazy(() =>
  import('../features/contracts/Contracts').then((m) => ({ default: m.ContractList })),
);
const Privacy = lazy(() => import('../features/privacy/Privacy').then((m) => ({ default: m.Privacy })));
const UpdateCard = lazy(() =>
  import('../features/updates/UpdateCard').then((m) => ({ default: m.UpdateCard })),
);
const Help = lazy(() => import('../features/support/Help').then((m) => ({ default: m.Help })));
const RequestList = lazy(() =>
  import('../features/lists/Requests').then((m) => ({ default: m.RequestList })),
);
const DraftList = lazy(() => import('../features/lists/Drafts').then((m) => ({ default: m.DraftList })));
const Asks = lazy(() => import('../features/session/Asks').then((m) => ({ default: m.Asks })));
const Start = lazy(() => import('../features/start/Start').then((m) => ({ default: m.Start })));
const Leaving = lazy(() => import('./Leaving').then((m) => ({ default: m.Leaving })));
const Parting = lazy(() => import('./Parting').then((m) => ({ default: m.Parting })));
const OutboxList = lazy(() => import('../features/lists/Outbox').then((m) => ({ default: m.OutboxList })));

// App is the window: language and look, the places around the page, the page.
export function App() {
  const { data: settings } = useShared(reads.settings);
  const lang = useLanguage(settings);
  const theme = settings?.theme ?? 'system';
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <Speak lang={lang}>
      <I18nProvider locale={lang === 'fr' ? 'fr-FR' : 'en-GB'}>
        <Router hook={useHash}>
          <Window />
        </Router>
      </I18nProvider>
    </Speak>
  );
}

function Window() {
  const words = useWords();
  const [open, setOpen] = useState(false); // the navigation, in a narrow window
  const [place] = useLocation();
  const { unsaved, stay } = useUnsaved();
  const parting = useParting();
  const asked = useAsked();
  const { data: person } = useShared(reads.person);
  useEffect(followArrivals, []);
  useTold();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the navigation
  useEffect(() => setOpen(false), [place]);
  return (
    <>
      <button type="button" className="skip" onClick={focusPage}>
        {words.t('app.skip')}
      </button>
      <div className={open ? 'window open' : 'window'}>
        <Toasts words={words} close={words.t('popup.close')} place={place} who={person?.id}>
          <Head open={open} onMenu={() => setOpen((o) => !o)} />
          <Nav />
          <main id="content" data-tour="page">
            {place !== '/' && <RecoveredLine />}
            <AskedLine />
            {place === '/help' ? (
              <Suspense>
                <Help>
                  <UpdateCard />
                </Help>
              </Suspense>
            ) : (
              <Gate>
                <Suspense>
                  <Places who={person?.id ?? ''} />
                </Suspense>
              </Gate>
            )}
          </main>
          <Foot />
          <Suspense>{asked && <Asks />}</Suspense>
          <Commands onHelp={openGuide} />
          <Opened />
          <Dropped />
          <Guide place={place} />
          <Mask />
        </Toasts>
      </div>
      <Suspense>
        {unsaved && <Leaving onStay={stay} />}
        {parting.waiting > 0 && <Parting waiting={parting.waiting} onStay={parting.stay} />}
      </Suspense>
    </>
  );
}

function Places({ who }: { who: string }) {
  const [place, go] = useLocation();
  const search = useSearch();
  const turn = useTurn(who);
  const set = useSetting();
  usePainted();
  const before = useRef(who);
  // What somebody looked for is not for the next one to read.
  useEffect(() => {
    if (before.current && before.current !== who && /^\/requests(\/|$)/.test(place))
      go('/requests', { replace: true });
    before.current = who;
  }, [who, place, go]);
  return (
    <Switch>
      <Route path="/" component={FirstPage} />
      <Route path="/start" component={StartPage} />
      <Route path="/new/:road">
        {({ road }) => <Begin key={road} road={road === 'form' ? 'form' : 'assistant'} />}
      </Route>
      <Route path="/draft/:id">{({ id }) => <DraftPage key={`${turn} ${id}`} id={id} />}</Route>
      <Route path="/sent/:id">{({ id }) => <Sent key={`${turn} ${id}`} id={id} />}</Route>
      <Route path="/request/:id">{({ id }) => <Details key={`${turn} ${id}`} id={id} />}</Route>
      <Route path="/requests/:query?">
        {({ query }) => <RequestList key={who} who={who} text={decode(query)} search={search} set={set} />}
      </Route>
      <Route path="/drafts" component={DraftList} />
      <Route path="/outbox" component={OutboxList} />
      <Route path="/contracts">{() => <ContractList key={who} />}</Route>
      <Route path="/privacy">{() => <Privacy key={who} set={set} />}</Route>
      <Route path="/dashboard" component={Dashboard} />
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}

// useTurn is another number once somebody has left: what a page has read or asked
// for them is not for the next one. Whoever comes to a free desk goes on.
function useTurn(who: string): number {
  const [turn, setTurn] = useState({ who, n: 0 });
  if (turn.who === who) return turn.n;
  const n = turn.who ? turn.n + 1 : turn.n;
  setTurn({ who, n });
  return n;
}

let later = false; // « Plus tard » holds until the next start

// FirstPage is what the window begins with. A PC on which nobody is known and
// nothing written has its first steps there.
function FirstPage() {
  const { data: people } = useShared(reads.people);
  const { data: latest } = useShared(reads.latest);
  const [begun, setBegun] = useState(false); // it goes on once somebody is known
  const fresh = !later && people?.length === 0 && latest?.drafts.length === 0;
  useEffect(() => {
    if (fresh) setBegun(true);
  }, [fresh]);
  const done = useCallback(() => {
    later = true;
    setBegun(false);
  }, []);
  const set = useSetting();
  const { data: settings } = useShared(reads.settings);
  useTopic(fresh || begun ? 'start' : 'home');
  if (fresh || begun)
    return (
      <Start set={set} onDone={done}>
        <KeysLine />
      </Start>
    );
  return (
    <Home>
      <SigningLine />
      <WaitingFor />
      <SupportLine />
      <UpdateLine />
      <KeysLine />
      {settings && !settings.toured && <TourLine onDone={() => set({ toured: true })} />}
    </Home>
  );
}

// StartPage has the first steps for whoever comes back to them.
function StartPage() {
  const [, go] = useLocation();
  const done = useCallback(() => go('/', { replace: true }), [go]);
  const set = useSetting();
  return (
    <Start set={set} onDone={done}>
      <KeysLine />
    </Start>
  );
}

function decode(query = ''): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

// Begin makes a new draft and goes to it.
function Begin({ road }: { road: Road }) {
  const words = useWords();
  const [, go] = useLocation();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per attempt
  useEffect(() => {
    let here = true;
    setFailed(false);
    newDraft(road).then(
      (id) => here && go(`/draft/${id}`, { replace: true }),
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [road, attempt]);
  if (!failed) return null;
  return (
    <Empty page title={words.t('error.title')} hint={words.error('internal')}>
      <Button onPress={() => setAttempt((n) => n + 1)}>{words.t('error.retry')}</Button>
    </Empty>
  );
}
