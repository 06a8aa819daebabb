import { codeOf, host, reads, type Settings } from '../bridge';
import { useToast } from '../ui';

let last: Promise<void> = Promise.resolve(); // that was to be kept, wherever it was chosen

// useSetting changes a setting: it shows at once and is then kept. Quick choices
// are kept one after the other, so that the last one is the last on the disk.
export function useSetting(): (change: Partial<Settings>) => void {
  const toast = useToast();
  return (change) => {
    const now = reads.settings.snapshot().data;
    if (!now) return; // or the others would be overwritten
    const next = { ...now, ...change };
    reads.settings.set(next);
    const kept = last
      .then(() => host.saveSettings(next))
      .catch((reason) => toast((w) => w.error(codeOf(reason))))
      .then(async () => {
        // The window shows what is true, unless a newer choice is about to be kept:
        // it may have read meanwhile what was there before.
        if (last === kept) await reads.settings.refresh();
      });
    last = kept;
  };
}
