// Package mail speaks to a help desk of which nothing is known but its address:
// requests and what practices say go there by SMTP, and what support answers is
// read by IMAP in the portal's own mailbox.
//
// # What is promised
//
// SMTP has no way to say a thing twice and mean it once, so each message is made
// findable. Its Message-ID follows from the request's id, and one transaction has
// two recipients: the help desk, and the portal's own mailbox as a blind copy. A
// server takes a transaction for both or for none. If its answer to the message is
// lost, the outcome is unknown; once the copy is found in the own mailbox, the
// first server has taken the message for the help desk too, and whoever waits for
// that (the mapping's settle) before sending again sends nothing twice. Every act
// looks for its copy first, so repeating one that was done does nothing.
//
// # What is not
//
// A copy in the own mailbox says that the first server has taken the message, not
// that the help desk has. If that server delivers one copy and loses its queue
// before the other, nobody can tell; if it cannot deliver later, the message comes
// back to the own mailbox and is told as a Notice and by Check. A server slower to
// deliver than settle is long gets the message twice, with the same Message-ID, by
// which most help desks know it. Copies must stay in the mailbox for as long as
// the portal may repeat an act: what cleans it leaves the last months alone.
//
// Files that do not fit into one message go in several of one thread. What was
// sent is whole when all of them are found, and a repeat sends those that are not.
// A single file that fits into no message is refused before any is sent.
package mail
