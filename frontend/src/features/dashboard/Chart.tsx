import { Pie } from '@visx/shape';
import { useId, useState } from 'react';
import { Link } from 'wouter';
import { useWords } from '../../text';
import { Button } from '../../ui';
import { Pattern, patternOf } from './Pattern';
import type { Slice } from './slices';

// One request among thousands is still to be seen, and to be hit.
const LEAST = 0.02; // of the whole

const R = 88;

// Chart shows parts of a whole as a ring, each with a pattern of its own, and as a
// table: instead of the ring for whoever wants it, always for who hears the page.
export function Chart(props: { title: string; head: string; hint?: string; slices: Slice[] }) {
  const words = useWords();
  const id = useId();
  const [table, setTable] = useState(false);
  const { title, slices } = props;
  const total = slices.reduce((sum, s) => sum + s.count, 0);
  return (
    <section className="card chart" aria-labelledby={id}>
      <div className="chart-head">
        <div>
          <h2 id={id}>{title}</h2>
          {props.hint && <p className="row-line">{props.hint}</p>}
        </div>
        {total > 0 && (
          <Button look="quiet" small onPress={() => setTable((t) => !t)}>
            {words.t(table ? 'dashboard.asChart' : 'dashboard.asTable')}
          </Button>
        )}
      </div>
      {total === 0 ? (
        <p className="page-line">{words.t('dashboard.nothing')}</p>
      ) : (
        <>
          {!table && <Ring id={id} title={title} slices={slices} total={total} />}
          <div className={table ? undefined : 'sr'}>
            <Table {...props} total={total} reached={table} />
          </div>
        </>
      )}
    </section>
  );
}

function Ring({ id, title, slices, total }: { id: string; title: string; slices: Slice[]; total: number }) {
  const words = useWords();
  const [focused, setFocused] = useState(''); // by the keyboard
  const share = (s: Slice) => words.percent(s.count / total);
  return (
    <div className="chart-body">
      {/* biome-ignore lint/a11y/useSemanticElements: no fieldset stands in a drawing */}
      <svg className="ring" viewBox="-96 -96 192 192" role="group" aria-label={title}>
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a figure in a drawing takes no focus */}
        <defs aria-hidden="true">
          {slices.map((s) => (
            <Pattern key={s.key} id={`${id}${s.key}`} of={s.key} />
          ))}
        </defs>
        <Pie
          data={slices}
          pieValue={(s) => Math.max(s.count, total * LEAST)}
          pieSortValues={null}
          outerRadius={R}
          innerRadius={R * 0.6}
        >
          {({ arcs, path }) => (
            <>
              {arcs.map((arc) => (
                <Link
                  key={arc.data.key}
                  href={arc.data.href}
                  className="slice"
                  aria-label={words.t('dashboard.slice', {
                    name: arc.data.name,
                    count: arc.data.count,
                    percent: share(arc.data),
                  })}
                  onFocus={(event) =>
                    setFocused(event.currentTarget.matches(':focus-visible') ? arc.data.key : '')
                  }
                  onBlur={() => setFocused('')}
                >
                  {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a figure in a drawing takes no focus */}
                  <path d={path(arc) ?? ''} fill={patternOf(`${id}${arc.data.key}`)} aria-hidden="true" />
                </Link>
              ))}
              {/* An outline follows no curve, and the next slice would lie over it. */}
              {arcs
                .filter((arc) => arc.data.key === focused)
                .map((arc) => (
                  <g key={arc.data.key} className="slice-focus">
                    <path d={path(arc) ?? ''} />
                    <path d={path(arc) ?? ''} />
                  </g>
                ))}
            </>
          )}
        </Pie>
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a figure in a drawing takes no focus */}
        <g aria-hidden="true">
          <text className="ring-total figures" dominantBaseline="central" textAnchor="middle">
            {words.number(total)}
          </text>
        </g>
      </svg>
      {/* The ring's links and the table say the same. */}
      <ul className="legend" aria-hidden="true">
        {slices.map((s) => (
          <li key={s.key}>
            <Link href={s.href} className="legend-item" tabIndex={-1}>
              <svg className="legend-sign" viewBox="0 0 18 18" aria-hidden="true">
                <rect x="1" y="1" width="16" height="16" rx="4" fill={patternOf(`${id}${s.key}`)} />
              </svg>
              <span className="legend-name">{s.name}</span>
              <span className="figures">{words.number(s.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Table(props: { title: string; head: string; slices: Slice[]; total: number; reached: boolean }) {
  const words = useWords();
  return (
    <table className="chart-table">
      <caption className="sr">{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">{props.head}</th>
          <th scope="col">{words.t('dashboard.count')}</th>
          <th scope="col">{words.t('dashboard.share')}</th>
        </tr>
      </thead>
      <tbody>
        {props.slices.map((s) => (
          <tr key={s.key}>
            <th scope="row">
              {/* What nobody sees takes no focus. */}
              <Link href={s.href} tabIndex={props.reached ? undefined : -1}>
                {s.name}
              </Link>
            </th>
            <td className="figures">{words.number(s.count)}</td>
            <td className="figures">{words.percent(s.count / props.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
