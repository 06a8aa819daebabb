import { type Answered, type Candidate, files, inBrowser } from '../bridge';

// Files on their way into a draft. Until they are confirmed nothing of them is
// stored; of those that only the window can read, it has the bytes.

export interface Incoming {
  candidates: Candidate[];
  bytes: Map<string, Blob>; // by token
}

// lookAtPaths looks at files that were dropped on the program's own window.
export async function lookAtPaths(draft: string, paths: string[]): Promise<Incoming> {
  return { candidates: await files.look(draft, paths), bytes: new Map() };
}

// choose lets the person choose in the system's dialog.
export async function choose(draft: string, title: string): Promise<Incoming> {
  return { candidates: await files.choose(draft, title), bytes: new Map() };
}

// offer looks at files that only the window can read: pasted ones, and any
// in a plain browser.
export async function offer(draft: string, picked: File[]): Promise<Incoming> {
  const incoming: Incoming = { candidates: [], bytes: new Map() };
  for (const file of picked) {
    const candidate = await files.offer(draft, file);
    incoming.candidates.push(candidate);
    if (!candidate.problem) incoming.bytes.set(candidate.token, file);
  }
  return incoming;
}

// tokensOf are the tokens that the program still remembers.
export function tokensOf(incoming: Incoming): string[] {
  return incoming.candidates.filter((c) => !c.problem).map((c) => c.token);
}

export interface Outcome {
  stored: string[]; // ids of the files that are attached now
  refused: Candidate[]; // with their problems
}

// store attaches what was confirmed; known are the ids of the files that the draft has
// already.
export async function store(
  draft: string,
  known: string[],
  tokens: string[],
  wording: string,
  answers: Answered[],
): Promise<Outcome> {
  const attached = await files.confirm(draft, tokens, wording, answers);
  const stored = attached.files.map((f) => f.id).filter((id) => !known.includes(id));
  return { stored, refused: attached.refused };
}

// giveUp takes back what was attached before the person cancelled the rest.
export async function giveUp(draft: string, { stored }: Outcome): Promise<void> {
  for (const id of stored) await files.remove(draft, id);
}

// pastedFiles are the files of a paste. Screenshots all come with the same
// name, which would tell nobody anything: they get the time instead.
export function pastedFiles(data: DataTransfer | null, now = new Date()): File[] {
  const files = data ? [...data.files] : [];
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `capture-${day}-${two(now.getHours())}h${two(now.getMinutes())}m${two(now.getSeconds())}.png`;
  return files.map((f) => (f.name === 'image.png' ? new File([f], name, { type: f.type }) : f));
}

export { inBrowser };
