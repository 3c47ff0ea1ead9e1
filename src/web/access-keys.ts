/**
 * The access keys of the team's pages. One letter means the same on each page; D, E and F are left to browsers, which open
 * their own menus by them. `/agent/help/keys` lists them in this order.
 */
export const accessKeys = {
  queue: 'q',
  search: 's',
  create: 'c',
  people: 'p',
  next: 'x',
  answer: 'a',
  canned: 'i',
  send: 'r',
  sendNext: 'g',
  draft: 'm',
  note: 'n',
  take: 't',
  status: 'o',
  customer: 'u',
  history: 'h',
  undo: 'z',
  keys: 'k',
} as const

export type AccessKeys = typeof accessKeys

/** An attribute, with a blank before it. */
export const accessKey = (name: keyof AccessKeys): string => ` accesskey="${accessKeys[name]}"`
