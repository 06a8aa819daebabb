import { useId, useState } from 'react';
import { useLocation } from 'wouter';
import { type Contract, codeOf, contracts, reads } from '../../bridge';
import { takeUp } from '../../draft';
import { useWords, type Words } from '../../text';
import { ActionMenu, Chip, Icon, useToast } from '../../ui';
import { isDue, midnight, warningOf } from './terms';

const tones: Record<string, 'none' | 'go' | 'amber'> = { active: 'go', ending: 'amber' };

// ContractCard is one contract, and what can be asked about it.
export function ContractCard({ contract: c }: { contract: Contract }) {
  const words = useWords();
  const label = words.label(c.label);
  const id = useId();
  return (
    <li className="card contract" aria-labelledby={id}>
      <div className="contract-head">
        <div>
          <h3 id={id}>{label}</h3>
          <p className="row-line figures">{words.t('contracts.number', { number: c.number })}</p>
        </div>
        <Chip tone={tones[c.state] ?? 'none'}>
          {words.coded('contracts.state', c.state, 'contracts.state.other')}
        </Chip>
      </div>
      <dl className="contract-facts">
        {factsOf(words, c).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
      {isDue(c, new Date()) && <p className="contract-due">{warningOf(words, c)}</p>}
      {c.topics.length > 0 && <Help contract={c} label={label} />}
    </li>
  );
}

function factsOf(words: Words, c: Contract): [string, string][] {
  const day = (d: string) => (d ? words.day(midnight(d)) : '');
  const facts: [string, string][] = [
    [words.t('contracts.start'), day(c.start)],
    [words.t(c.state === 'active' ? 'contracts.term' : 'contracts.end'), day(c.end)],
    [words.t('contracts.notice'), c.state === 'active' ? day(c.notice) : ''],
    [
      words.t('contracts.price'),
      c.amount > 0
        ? words.t('contracts.amount', { amount: words.euros(c.amount), period: c.period || 'other' })
        : '',
    ],
  ];
  return facts.filter(([, value]) => value);
}

// Help begins a request about a contract, on the road that was taken last.
function Help({ contract: c, label }: { contract: Contract; label: string }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const begin = async (topic: string) => {
    if (busy) return;
    setBusy(true);
    try {
      const latest = reads.latest.snapshot().data;
      const road = latest?.drafts[0]?.road === 'form' ? 'form' : 'assistant';
      const id = takeUp(await contracts.begin(c.id, topic, road));
      go(`/draft/${id}`);
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
      setBusy(false);
    }
  };
  return (
    <div className="contract-acts">
      <ActionMenu
        label={words.t('contracts.helpNamed', { label, number: c.number })}
        labelled
        look="button plain small"
        entries={c.topics.map((t) => ({
          kind: 'act',
          id: t,
          label: words.coded('contracts.topic', t, 'contracts.topic.other'),
          run: () => void begin(t),
        }))}
      >
        {words.t('contracts.help')}
        <Icon name="down" size={14} />
      </ActionMenu>
    </div>
  );
}
