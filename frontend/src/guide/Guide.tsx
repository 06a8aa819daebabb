import './guide.css';
import { useState } from 'react';
import { Link } from 'wouter';
import { useWords } from '../text';
import { Button, buttonClass, commandsNow, Dialog, isCovered } from '../ui';
import { pictureOf } from './pictures';
import type { Topic } from './topic';

// Guide is short help about the screen that is open: what it is for, how it looks, and
// which keys do what. All of it is in the program.
export function Guide({ topic, onTour, onClose }: { topic: Topic; onTour: () => void; onClose: () => void }) {
  const words = useWords();
  const [keyed] = useState(() => commandsNow().filter((c) => c.keys));
  const [above] = useState(isCovered); // a question, which is answered before one goes elsewhere
  const picture = pictureOf(topic, words.lang);
  const foot = (
    <>
      {!above && (
        <>
          <Link href="/help" className={buttonClass('quiet')} onClick={onClose}>
            {words.t('help.title')}
          </Link>
          <Button onPress={onTour}>{words.t('tour.again')}</Button>
        </>
      )}
      <Button look="go" onPress={onClose}>
        {words.t('popup.close')}
      </Button>
    </>
  );
  const title = words.t('guide.title', { screen: words.t(`guide.screen.${topic}`) });
  return (
    <Dialog title={title} onClose={onClose} foot={foot} wide>
      <div className="guide">
        <ul className="guide-points">
          {words
            .t(`guide.${topic}`)
            .split('\n')
            .map((point) => (
              <li key={point}>{point}</li>
            ))}
        </ul>
        {picture && (
          <figure className="guide-picture">
            <img src={picture} alt={words.t('guide.picture', { screen: words.t(`guide.screen.${topic}`) })} />
          </figure>
        )}
        <section aria-labelledby="guide-keys">
          <h3 id="guide-keys">{words.t('guide.keys')}</h3>
          <dl className="guide-keys">
            {keyed.map((c) => (
              <div key={c.id}>
                <dt>
                  <kbd className="keys">{words.keys(c.keys ?? '')}</kbd>
                </dt>
                <dd>{c.label}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
