import { Link } from 'wouter';
import type { Item } from '../bridge';
import { useWords } from '../text';
import { ActsMark, Comma, LifeDots, lineOf, placeOf, StatusChip, titleOf, UnreadMark } from './index';

// RequestRows is a list of requests, each with where it is.
export function RequestRows({ items }: { items: Item[] }) {
  return (
    <ul className="rows request-rows">
      {items.map((item) => (
        <RequestRow key={item.id} item={item} />
      ))}
    </ul>
  );
}

function RequestRow({ item }: { item: Item }) {
  const words = useWords();
  return (
    <li>
      <Link href={placeOf(item)} className="row">
        <span className="row-text">
          <span className="row-title">
            <UnreadMark item={item} /> <ActsMark item={item} />
            {titleOf(words, item)}
          </span>
          <Comma />
          <span className="row-line">{lineOf(words, item)}</span>
        </span>
        <Comma />
        <LifeDots item={item} />
        <Comma />
        <span className="row-status">
          <StatusChip item={item} />
        </span>
      </Link>
    </li>
  );
}
