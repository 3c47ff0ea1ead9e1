/** What a look at one thing tells: a line, and where something is wrong how to mend it. */
export interface Finding {
  grade: 'ok' | 'warn' | 'FAIL' | '-'
  words: string
}

export const ok = (words: string): Finding => ({ grade: 'ok', words })
/** It works, and will not be what somebody wants. */
export const warn = (words: string): Finding => ({ grade: 'warn', words })
/** It does not work. */
export const fail = (words: string): Finding => ({ grade: 'FAIL', words })
/** There is nothing to look at. */
export const none = (words: string): Finding => ({ grade: '-', words })
