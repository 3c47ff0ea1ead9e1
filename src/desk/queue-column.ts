import { registerEnumType } from 'type-graphql'
import type { Fields } from '../graph/variables.ts'

/** Beside number and subject, which every list of tickets has. */
export enum QueueColumn {
  STATUS = 'STATUS',
  PRIORITY = 'PRIORITY',
  ASSIGNEE = 'ASSIGNEE',
  WAITING = 'WAITING',
  UPDATED = 'UPDATED',
  CREATED = 'CREATED',
  REQUESTER = 'REQUESTER',
  ORGANIZATION = 'ORGANIZATION',
  CATEGORY = 'CATEGORY',
  TAGS = 'TAGS',
  CHANNEL = 'CHANNEL',
}
registerEnumType(QueueColumn, {
  name: 'QueueColumn',
  description: 'What a list of the queue shows of a ticket beside its number and subject.',
  valuesConfig: {
    STATUS: { description: 'Where it stands.' },
    PRIORITY: { description: 'How pressing it is.' },
    ASSIGNEE: { description: 'Who works it.' },
    WAITING: { description: 'How long the customer has waited for an answer.' },
    UPDATED: { description: 'When it last changed.' },
    CREATED: { description: 'When it was opened.' },
    REQUESTER: { description: 'Who asked.' },
    ORGANIZATION: { description: 'Whose customer that is.' },
    CATEGORY: { description: 'What it is about.' },
    TAGS: { description: "The team's tags." },
    CHANNEL: { description: 'By which way it came.' },
  },
})

/** More do not fit beside a subject. */
export const MOST_COLUMNS = 6

/** What an address asks for: `columns=STATUS,TAGS`, or one by one as the form has them: `column1=STATUS&column2=TAGS`. */
export function columnsOf(fields: Fields): QueueColumn[] {
  const single = Array.from({ length: MOST_COLUMNS }, (_, at) => fields[`column${at + 1}`])
  const asked = fields.columns ? String(fields.columns).split(',') : single
  return Object.values(QueueColumn)
    .filter(column => asked.includes(column))
    .sort((one, other) => asked.indexOf(one) - asked.indexOf(other))
}
