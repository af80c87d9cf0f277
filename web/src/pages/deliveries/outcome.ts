/** What became of a call, as the API names it. */
export type Outcome = 'accepted' | 'repeat' | 'filtered' | 'handshake' | 'rejected' | 'unmatched';
