import type { Contract } from '../../bridge';
import type { Words } from '../../text';

// What the days of a contract mean. They are days of a calendar, YYYY-MM-DD, and
// compare as they are written.

const SOON = 90; // days before its notice is due in which a contract is warned of

function dayOf(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

// midnight is when that day begins here; a day by itself would begin in Greenwich.
export const midnight = (day: string) => `${day}T00:00:00`;

// isDue tells whether somebody who wants to end a contract has to write soon.
export function isDue(c: Pick<Contract, 'state' | 'notice'>, now: Date): boolean {
  if (c.state !== 'active' || !c.notice) return false;
  const last = new Date(now.getFullYear(), now.getMonth(), now.getDate() + SOON);
  return c.notice >= dayOf(now) && c.notice <= dayOf(last);
}

// warningOf says until when to write, and for which end.
export function warningOf(words: Words, c: Pick<Contract, 'end' | 'notice'>): string {
  const end = isMonthEnd(c.end)
    ? words.t('contracts.monthEnd', { month: words.month(midnight(c.end)) })
    : words.t('contracts.onDay', { day: words.day(midnight(c.end)) });
  return words.t('contracts.warning', { end, notice: words.day(midnight(c.notice)) });
}

function isMonthEnd(day: string): boolean {
  const at = new Date(midnight(day));
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getDate() === 1;
}

export interface Group {
  practice: string;
  name: string;
  contracts: Contract[];
}

// grouped are the contracts by practice, what is over last.
export function grouped(contracts: Contract[]): Group[] {
  const groups = new Map<string, Group>();
  for (const c of contracts) {
    const group = groups.get(c.practice) ?? { practice: c.practice, name: c.practiceName, contracts: [] };
    group.contracts.push(c);
    groups.set(c.practice, group);
  }
  const over = (c: Contract) => Number(c.state === 'ended');
  for (const g of groups.values()) g.contracts.sort((a, b) => over(a) - over(b));
  return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name));
}
