/** Something an operator can put right; its message is one clear sentence and is shown without a stack trace. */
export class Trouble extends Error {}
