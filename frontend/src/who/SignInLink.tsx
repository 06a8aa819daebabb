import { useEffect, useState } from 'react';
import { copyText, openLink, reads, useShared } from '../bridge';
import { useWords } from '../text';
import { Button, Status } from '../ui';
import { useAsked } from './ask';

// SignInLink leads to the page of the sign-in under way, for a browser that did
// not open by itself.
export function SignInLink({ link }: { link: string }) {
  const words = useWords();
  const [copied, setCopied] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another link
  useEffect(() => setCopied(undefined), [link]);
  return (
    <>
      <p className="signin-link">
        <a
          href={link}
          target="_blank"
          rel="noopener noreferrer"
          onClick={(event) => openLink(link) && event.preventDefault()}
        >
          {words.t('signIn.open')}
        </a>
        <Button look="quiet" small onPress={() => void copyText(link).then(setCopied)}>
          {words.t('signIn.copy')}
        </Button>
      </p>
      <Status className="signin-copied">
        {copied !== undefined && words.t(copied ? 'signIn.copied' : 'signIn.notCopied')}
      </Status>
    </>
  );
}

// SigningLine is the link of a sign-in that no dialog has begun.
export function SigningLine() {
  const words = useWords();
  const asked = useAsked();
  const { data: link } = useShared(reads.signing);
  if (!link || asked?.kind === 'sign-in') return null;
  return (
    <section className="who-line card" aria-label={words.t('signIn.title')}>
      <p>{words.t('signIn.offered')}</p>
      <SignInLink link={link} />
    </section>
  );
}
