import { registerEnumType } from 'type-graphql'
import { LinkKind } from './one-time-link.ts'

export enum LinkState {
  OPEN = 'OPEN',
  USED = 'USED',
  EXPIRED = 'EXPIRED',
}
registerEnumType(LinkState, {
  name: 'LinkState',
  description: 'Whether a mailed link still opens something.',
  valuesConfig: {
    OPEN: { description: 'The link works.' },
    USED: { description: 'It was used.' },
    EXPIRED: { description: 'Its time is over, or a newer one was sent.' },
  },
})
registerEnumType(LinkKind, {
  name: 'LinkKind',
  description: 'What a mailed link is for.',
  valuesConfig: {
    INVITATION: { description: 'Sets the first password.' },
    REGISTRATION: { description: 'Sets the first password, after registering.' },
    RESET: { description: 'Sets a new password.' },
    CONFIRM: { description: 'Confirms joining the support list.' },
    ADDRESS: { description: 'Proves a new address.' },
    MORE_ADDRESS: { description: 'Proves a further address.' },
    UNDO_LEAVE: { description: 'Takes back leaving the support list.' },
  },
})
