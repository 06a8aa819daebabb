import './shell.css';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { reads, useShared } from '../bridge';
import { newDraft, type Road, useUnsaved } from '../draft';
import { Home } from '../features/home/Home';
import { Empty } from '../request';
import { Speak, useWords } from '../text';
import { Button, I18nProvider, Toasts } from '../ui';
import { Foot } from './Foot';
import { Head } from './Head';
import { Mask } from './Mask';
import { Nav } from './Nav';
import { RecoveredLine } from './RecoveredLine';

// The other places come when they are first gone to, so that the first page
// does not wait for them.
const DraftPage = lazy(() => import('./DraftPage').then((m) => ({ default: m.DraftPage })));
const Sent = lazy(() => import('../features/sent/Sent').then((m) => ({ default: m.Sent })));
const Details = lazy(() => import('../features/details/Details').then((m) => ({ default: m.Details })));
const Dashboard = lazy(() =>
  import('../features/dashboard/Dashboard').then((m) => ({ default: m.Dashboard })),
);
const RequestList = lazy(() =>
  import('../features/lists/Requests').then((m) => ({ default: m.RequestList })),
);
const DraftList = lazy(() => import('../features/lists/Drafts').then((m) => ({ default: m.DraftList })));
const Leaving = lazy(() => import('./Leaving').then((m) => ({ default: m.Leaving })));
const OutboxList = lazy(() => import('../features/lists/Outbox').then((m) => ({ default: m.OutboxList })));

// App is the window: language and look, the places around the page, the page.
export function App() {
  const { data: settings } = useShared(reads.settings);
  const lang = settings?.language === 'en' ? 'en' : 'fr';
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
        <Router hook={useHashLocation}>
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the navigation
  useEffect(() => setOpen(false), [place]);
  return (
    <>
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
      >
        {words.t('app.skip')}
      </button>
      <div className={open ? 'window open' : 'window'}>
        <Toasts words={words} close={words.t('popup.close')} place={place}>
          <Head open={open} onMenu={() => setOpen((o) => !o)} />
          <Nav />
          <main id="content">
            {place !== '/' && <RecoveredLine />}
            <Gate>
              <Suspense>
                <Places />
              </Suspense>
            </Gate>
          </main>
          <Foot />
        </Toasts>
      </div>
      <Suspense>{unsaved && <Leaving onStay={stay} />}</Suspense>
      <Mask />
    </>
  );
}

function Places() {
  return (
    <Switch>
      <Route path="/" component={Home} />
      <Route path="/new/:road">
        {({ road }) => <Begin key={road} road={road === 'form' ? 'form' : 'assistant'} />}
      </Route>
      <Route path="/draft/:id">{({ id }) => <DraftPage key={id} id={id} />}</Route>
      <Route path="/sent/:id">{({ id }) => <Sent key={id} id={id} />}</Route>
      <Route path="/request/:id">{({ id }) => <Details key={id} id={id} />}</Route>
      <Route path="/requests/:query?">
        {({ query }) => <RequestList key={query ?? ''} query={decode(query)} />}
      </Route>
      <Route path="/drafts" component={DraftList} />
      <Route path="/outbox" component={OutboxList} />
      <Route path="/dashboard" component={Dashboard} />
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
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
    <Empty title={words.t('error.title')} hint={words.error('internal')}>
      <Button onPress={() => setAttempt((n) => n + 1)}>{words.t('error.retry')}</Button>
    </Empty>
  );
}

// Gate stands before every page: when the program cannot read what it keeps,
// it says what to do instead of showing pages without content.
function Gate({ children }: { children: ReactNode }) {
  const words = useWords();
  const status = useShared(reads.status);
  const person = useShared(reads.person);
  const latest = useShared(reads.latest);
  const settings = useShared(reads.settings);
  const catalogue = useShared(reads.catalogue);
  const all = [status, person, latest, settings, catalogue];
  const failed = all.find((r) => r.error && r.data === undefined);
  if (!failed?.error) return children;
  const retry = () => void Promise.all(all.filter((r) => r.error).map((r) => r.refresh()));
  return (
    <div role="alert">
      <Empty title={words.t('error.title')} hint={words.error(failed.error.code)}>
        <Button look="go" onPress={retry}>
          {words.t('error.retry')}
        </Button>
      </Empty>
    </div>
  );
}
