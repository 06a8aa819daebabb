// States of requests as lists know them: this PC's as long as the portal does not
// have one, the portal's from then on.
export const ON_PC = ['queued', 'sending', 'unknown', 'needs-sign-in', 'to-correct'];
export const STUCK = ['to-correct', 'needs-sign-in'];
export const OPEN = [...ON_PC, 'received', 'in-progress', 'waiting'];
export const CLOSED = ['resolved', 'closed', 'withdrawn'];
