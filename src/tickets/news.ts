// What the database tells of tickets and messages: triggers send it with each transaction that changes them (0041).

/** PostgreSQL's channel. */
export const NEWS = 'plaindesk_news'
/** Told where one statement changed more than a thousand. */
const VERY_MANY = '*'

/** Ids only; whoever hears of it reads as themselves. */
export interface News {
  ticket: string
  /** Set where a message was added. */
  message?: string
  /** Whether customers can see what changed. */
  public: boolean
  /** All changes below this number were told before; as text, because it may be more than a number of JavaScript holds. */
  settled: string
}

/** The same object for all who hear of it together, so that what they find out about it is found out once. */
export function newsIn(payload: string): News | 'many' {
  if (payload === VERY_MANY) return 'many'
  if (last.payload !== payload) {
    last = { payload, news: JSON.parse(payload) }
    queueMicrotask(() => {
      last = none
    })
  }
  return last.news
}

const none: { payload: string; news: News } = { payload: '', news: { ticket: '', public: false, settled: '0' } }
let last = none
