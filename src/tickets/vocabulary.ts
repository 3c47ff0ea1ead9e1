import { registerEnumType } from 'type-graphql'

export enum TicketPriority {
  LOW = 'LOW',
  NORMAL = 'NORMAL',
  HIGH = 'HIGH',
  URGENT = 'URGENT',
}
registerEnumType(TicketPriority, {
  name: 'TicketPriority',
  description: 'How pressing a ticket is, as the team sees it.',
  valuesConfig: {
    LOW: { description: 'Can wait.' },
    NORMAL: { description: 'In its turn.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'At once.' },
  },
})

export enum Channel {
  WEB = 'WEB',
  EMAIL = 'EMAIL',
  API = 'API',
  PHONE = 'PHONE',
}
registerEnumType(Channel, {
  name: 'Channel',
  description: 'By which way a message came.',
  valuesConfig: {
    WEB: { description: 'Written on a page.' },
    EMAIL: { description: 'Sent by mail.' },
    API: { description: 'Sent by a program.' },
    PHONE: { description: 'Written down by an agent for a caller.' },
  },
})

export enum MessageVisibility {
  PUBLIC = 'PUBLIC',
  INTERNAL = 'INTERNAL',
}
registerEnumType(MessageVisibility, {
  name: 'MessageVisibility',
  description: 'Who reads a message.',
  valuesConfig: {
    PUBLIC: { description: 'Everybody who takes part in the ticket.' },
    INTERNAL: { description: 'Only the team: an internal note.' },
  },
})

export enum TicketEventType {
  CREATED = 'CREATED',
  MESSAGE = 'MESSAGE',
  NOTE = 'NOTE',
  STATUS = 'STATUS',
  PRIORITY = 'PRIORITY',
  CATEGORY = 'CATEGORY',
  ASSIGNEE = 'ASSIGNEE',
  TAGS = 'TAGS',
  FOLLOW_UP = 'FOLLOW_UP',
  RELEASED = 'RELEASED',
  ADDRESS_PROVEN = 'ADDRESS_PROVEN',
  TAKEN_BACK = 'TAKEN_BACK',
  MOVED = 'MOVED',
  MERGED = 'MERGED',
  PARTED = 'PARTED',
  SPLIT = 'SPLIT',
  SPAM = 'SPAM',
  LINKED = 'LINKED',
  UNLINKED = 'UNLINKED',
  PARTICIPANT_ADDED = 'PARTICIPANT_ADDED',
  PARTICIPANT_REMOVED = 'PARTICIPANT_REMOVED',
}
registerEnumType(TicketEventType, {
  name: 'TicketEventType',
  description: 'What happened to a ticket.',
  valuesConfig: {
    CREATED: { description: 'It was opened.' },
    MESSAGE: { description: 'A public message was added.' },
    NOTE: { description: 'An internal note was added.' },
    STATUS: { description: 'Its status changed.' },
    PRIORITY: { description: 'Its priority changed.' },
    CATEGORY: { description: 'Its category changed.' },
    ASSIGNEE: { description: 'Somebody else works it now.' },
    TAGS: { description: 'Its tags changed.' },
    FOLLOW_UP: { description: 'A follow-up ticket was opened.' },
    RELEASED: { description: 'A held request was released to the queue.' },
    ADDRESS_PROVEN: { description: "The requester's address was proven." },
    MOVED: { description: 'A message was moved here, or away, from and to which ticket.' },
    MERGED: { description: 'A ticket was put into another.' },
    PARTED: { description: 'A ticket that was put into another was taken out again.' },
    SPAM: { description: 'It was marked as spam; from = why it was held before.' },
    SPLIT: { description: 'Messages became a ticket of their own, from and to which ticket.' },
    LINKED: { description: 'An agent said that it belongs together with another.' },
    UNLINKED: { description: 'It does not belong together with another any more.' },
    PARTICIPANT_ADDED: { description: 'Somebody reads and comments from now on.' },
    PARTICIPANT_REMOVED: { description: 'Somebody reads and comments no longer.' },
    TAKEN_BACK: { description: 'An answer was taken back before it was sent.' },
  },
})
