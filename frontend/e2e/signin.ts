import { createHash, randomBytes } from 'node:crypto';
import { until } from './process';

// What a browser does when somebody signs in at the demo's provider.

interface Arrival {
  to: string; // where it leads, or where it came from
  body: string;
  status: number;
}

// Browser keeps cookies and follows each redirect itself.
class Browser {
  private readonly cookies = new Map<string, string>();

  // show goes to an address, to the page that it leads to.
  async show(address: string): Promise<Arrival> {
    let page = await this.go(address);
    while (page.status === 302 || page.status === 303) page = await this.go(page.to);
    return page;
  }

  async go(address: string, form?: Record<string, string>): Promise<Arrival> {
    const answer = await fetch(address, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        'Accept-Language': 'fr',
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { Origin: new URL(address).origin }),
      },
      body: form && new URLSearchParams(form),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = cookie.match(/^([^=]+)=([^;]*)/) ?? [];
      this.cookies.set(name, value);
    }
    const to = new URL(answer.headers.get('location') ?? address, address).href;
    return { to, body: await answer.text(), status: answer.status };
  }
}

// answer opens a link of a sign-in, chooses the person on the page, and returns
// where the browser would go with the answer.
async function answer(browser: Browser, link: string, person: string): Promise<string> {
  const page = await browser.show(link);
  const [, id] = page.body.match(/<input type="hidden" name="id" value="([^"]*)">/) ?? [];
  const [, action] = page.body.match(/<form method="post" action="([^"]*)">/) ?? [];
  if (!id || !action || !page.body.includes(`name="person" value="${person}"`))
    throw new Error(`no page to sign in ${person}: ${page.status} ${page.body.slice(0, 200)}`);
  const chosen = await browser.go(new URL(action, page.to).href, { id, person });
  if (chosen.status !== 303) throw new Error(`signing in ${person}: ${chosen.status}`);
  return chosen.to;
}

// signInBy signs a person in by a link.
export async function signInBy(link: string, person: string): Promise<void> {
  const browser = new Browser();
  const { body } = await browser.show(await answer(browser, link, person));
  if (!body.includes('Guichet est connecté.')) throw new Error(`signing in ${person} ended with ${body}`);
}

// tokenOf is an access token of a person, as a desk would have it.
export async function tokenOf(portal: string, person: string): Promise<string> {
  const { oidc } = (await (await fetch(`${portal}/v1/config`)).json()) as {
    oidc: { issuer: string; clientId: string; scopes: string[]; resource: string };
  };
  const found = await fetch(`${oidc.issuer}/.well-known/openid-configuration`);
  const ends = (await found.json()) as { authorization_endpoint: string; token_endpoint: string };
  const verifier = randomBytes(32).toString('base64url');
  const redirect = 'http://127.0.0.1:9/callback'; // never gone to
  const link = new URL(ends.authorization_endpoint);
  link.search = new URLSearchParams({
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: redirect,
    scope: oidc.scopes.join(' '),
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(oidc.resource && { resource: oidc.resource }),
  }).toString();
  const code = new URL(await answer(new Browser(), link.href, person)).searchParams.get('code') ?? '';
  const tokens = await fetch(ends.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: oidc.clientId,
      redirect_uri: redirect,
      code,
      code_verifier: verifier,
    }),
  });
  if (!tokens.ok) throw new Error(`token of ${person}: ${tokens.status} ${await tokens.text()}`);
  return ((await tokens.json()) as { access_token: string }).access_token;
}

// Comer signs a person in where a desk says that it offers a link, once: the
// links after that are the test's. Without a person nobody comes.
export class Comer {
  private readonly person: string;
  signedIn = false;

  constructor(person: string) {
    this.person = person;
  }

  // env asks a desk for the link.
  get env(): Record<string, string> {
    return {
      GUICHET_KEYRING: 'none', // nobody is signed in at the start
      GUICHET_BROWSER: 'print',
      GUICHET_SIGN_IN: this.person && 'start',
    };
  }

  // hear is told what the desk prints.
  readonly hear = (line: string): void => {
    const [, link] = line.match(/^Sign in: (.+)$/) ?? [];
    if (!link || !this.person || this.signedIn) return;
    signInBy(link, this.person).then(
      () => {
        this.signedIn = true;
      },
      () => {}, // the next link is another try
    );
  };

  // come waits until they are signed in, if the portal is there to sign in at.
  async come(portal: string): Promise<void> {
    const there = await fetch(`${portal}/v1/config`).then(
      (a) => a.ok,
      () => false,
    );
    if (this.person && there) await until(async () => this.signedIn, `the sign-in of ${this.person}`);
  }
}
