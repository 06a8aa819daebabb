import { useEffect, useState } from 'react';
import { codeOf, portal, reads, useShared } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Banner, Status } from '../../ui';
import { SignInLink, type useSignIn, whyNot } from '../../who';

// SigningIn is what is said while somebody signs in, and when that has failed.
export function SigningIn({ signIn }: { signIn: ReturnType<typeof useSignIn> }) {
  const words = useWords();
  const { data: link } = useShared(reads.signing);
  const { data: keys } = useShared(reads.keys);
  const away = useAway();
  if (signIn.failure) return <Banner tone="red" live title={failed(words, signIn.failure)} />;
  return (
    <>
      <Status>{words.t(link ? 'signIn.opened' : 'app.loading')}</Status>
      {away && <Banner live title={words.t('signIn.away')} />}
      {link && (
        <div className="signin-help">
          <p>{words.t('signIn.help')}</p>
          <SignInLink link={link} />
        </div>
      )}
      {keys && !keys.sealed && <p className="page-line">{words.t('signIn.memory')}</p>}
    </>
  );
}

// useAway tells whether the portal does not answer: a browser that opens then
// shows a page of its own.
function useAway(): boolean {
  const { data: site } = useShared(reads.portal);
  const address = site?.address ?? '';
  const [away, setAway] = useState(false);
  useEffect(() => {
    let here = true;
    if (address) portal.check(address).catch((reason) => here && setAway(codeOf(reason) === 'offline'));
    return () => {
      here = false;
    };
  }, [address]);
  return away;
}

// failed says why nobody is signed in, and what to do.
function failed(words: Words, code: string): string {
  if (code === 'offline') return words.t('signIn.offline');
  if (code === 'forbidden') return words.t('signIn.forbidden');
  return whyNot(words, code === 'timeout' ? 'not-signed-in' : code);
}
