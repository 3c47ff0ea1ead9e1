import { Field, ObjectType, registerEnumType } from 'type-graphql'
import type { Config } from '../config.ts'
import type { Access } from './access.ts'

export enum AccessReason {
  DISABLED = 'DISABLED',
  UNCONFIRMED = 'UNCONFIRMED',
  NEVER_JOINED = 'NEVER_JOINED',
  LEFT = 'LEFT',
  NO_AGREEMENT = 'NO_AGREEMENT',
  NO_SECOND_FACTOR = 'NO_SECOND_FACTOR',
}
registerEnumType(AccessReason, {
  name: 'AccessReason',
  description: 'Why somebody has no portal access.',
  valuesConfig: {
    DISABLED: { description: 'The account was disabled.' },
    UNCONFIRMED: { description: 'No password was set through a mailed link yet.' },
    NEVER_JOINED: { description: 'Not on the support list, and never was.' },
    LEFT: { description: 'Left the support list; sales can put them back.' },
    NO_AGREEMENT: { description: 'No service agreement that includes the portal is in force for their organization.' },
    NO_SECOND_FACTOR: { description: 'Of the team, who have to set up a second factor first (REQUIRE_TOTP).' },
  },
})

@ObjectType({ description: 'Whether somebody may use the portal.' })
export class AccessState {
  @Field(() => Boolean, { description: 'Whether they may.' }) granted!: boolean
  @Field(() => AccessReason, { nullable: true, description: 'Why not; null where they may.' })
  reason!: AccessReason | null
  @Field(() => String, { nullable: true, description: 'Whom to ask; null where they may.' }) contact!: string | null
  @Field(() => Boolean, { description: 'Whether joining the support list by themselves would help.' }) mayJoin!: boolean
}

/** V15: the reason and whom to ask. What support cannot mend is for sales (V6, V16). */
export function accessState(access: Access, { supportContact, salesContact }: Config): AccessState {
  if (access === 'GRANTED') return { granted: true, reason: null, contact: null, mayJoin: false }
  const isForSupport = access === 'DISABLED' || access === 'UNCONFIRMED' || access === 'NO_SECOND_FACTOR'
  return {
    granted: false,
    reason: AccessReason[access],
    contact: isForSupport ? supportContact : salesContact,
    mayJoin: access === 'NEVER_JOINED',
  }
}
