import { lazy, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { flushAll } from '../draft';
import { placeOfQuery } from '../request';
import { matches, useWords } from '../text';
import { afterDialog, Button, type Command, commandsNow, useCommands, useToast } from '../ui';
import { mask } from './Mask';
import { beginnings, places } from './places';
import { useSetting } from './useSetting';

const Palette = lazy(() => import('../ui/palette').then((m) => ({ default: m.Palette })));

// Commands are what can be done wherever one is, and the list of all that can be done.
export function Commands({ onHelp }: { onHelp: () => void }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const set = useSetting();
  const [open, setOpen] = useState<Command[]>();
  const save = async () => {
    if (await flushAll()) toast((w) => w.t('command.saved'), { about: 'saved' });
  };
  const to = ({ href, keys }: { href: string; keys: string }) => ({ keys, run: () => go(href) });
  useCommands([
    { id: 'new', label: words.t('nav.create'), ...to(beginnings.form) },
    { id: 'solve', label: words.t('nav.solve'), ...to(beginnings.assistant) },
    { id: 'save', label: words.t('command.save'), keys: 'mod+s', run: () => void save() },
    ...places.map((p) => ({
      id: p.href,
      label: words.t('command.go', { place: words.t(p.label) }),
      run: () => go(p.href),
    })),
    { id: 'help', label: words.t('guide.menu'), keys: 'f1', run: onHelp, above: true },
    { id: 'mask', label: words.t('person.mask'), run: mask },
    { id: 'light', label: words.t('command.light'), run: () => set({ theme: 'light' }) },
    { id: 'dark', label: words.t('command.dark'), run: () => set({ theme: 'dark' }) },
    {
      id: 'all',
      label: words.t('command.all'),
      keys: 'mod+k',
      run: () => setOpen(commandsNow()),
      quiet: true,
    },
  ]);
  // Another language says them anew, once everything is there in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: words are the language
  useEffect(() => setOpen((held) => held && commandsNow()), [words]);
  if (!open) return null;
  const close = () => setOpen(undefined);
  return (
    <Suspense>
      <Palette
        title={words.t('command.title')}
        search={words.t('command.search')}
        none={words.t('command.none')}
        commands={open.filter((c) => !c.quiet)}
        more={(text) => [
          { id: 'find', label: words.t('command.find', { text }), run: () => go(placeOfQuery({ text })) },
        ]}
        matches={matches}
        told={(keys) => words.keys(keys)}
        onChoose={(chosen) => {
          close();
          // By now it may be about something else, or over.
          const now = () => (open.includes(chosen) ? commandsNow().find((c) => c.id === chosen.id) : chosen);
          afterDialog(() => now()?.run());
        }}
        onClose={close}
        foot={<Button onPress={close}>{words.t('popup.close')}</Button>}
      />
    </Suspense>
  );
}
