// §8: inputs that create something take `idempotencyKey`, so that a program may send again what got no answer.
import 'reflect-metadata' // whatever is loaded first has decorators
import { isInputObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { mutations } from '../kit/operations.ts'
import { world } from '../world.ts'

const { plaindesk, as, sql, token, api } = await world()

const sets = 'sets what is given: the second time changes nothing'
const ends = 'what it ends is over the second time'
const link = 'a link that works once'
const password = 'asks for the password or a code, and replaces what was there'
/** Mutations that may be sent twice as they are, with the reason. All others take a key. */
const harmless: Record<string, string> = {
  archiveCannedText: sets,
  archiveCategory: sets,
  assignOrganization: sets,
  disablePerson: sets,
  lookAtTicket: sets,
  makeAddressPrimary: sets,
  markTicketDone: sets,
  rateTicket: sets,
  reopenTicket: sets,
  saveDomains: sets,
  saveDraft: sets,
  saveSettings: sets,
  setOrganizationView: sets,
  updateAccount: sets,
  updateOrganization: sets,
  updateStaff: sets,
  updateTicket: sets,
  updateWebhook: sets,
  closeAccount: ends,
  discardDraft: ends,
  leaveList: ends,
  mergePeople: ends,
  removeAddress: ends,
  removeAgreement: ends,
  removeSecondFactor: ends,
  removeWebhook: ends,
  resetSecondFactor: ends,
  revokeToken: ends,
  stopWeeklyReport: ends,
  confirmAddress: link,
  confirmList: link,
  resetPassword: link,
  setPassword: link,
  undoLeave: link,
  beginSecondFactor: password,
  changePassword: password,
  confirmSecondFactor: password,
  renewRecoveryCodes: password,
  resendDelivery: 'whoever gets an event again knows it by its id',
  runJobAgain: 'a job that is due already is not made due twice',
  sendMailAgain: 'a mail that waits already does not wait twice',
}

const takesKey = (name: string): boolean => {
  const type = plaindesk.schema.getType(`${name[0]?.toUpperCase()}${name.slice(1)}Input`)
  return isInputObjectType(type) && 'idempotencyKey' in type.getFields()
}

describe('sending a mutation twice', () => {
  test('§8: each takes a key, or stands in the list of those that are harmless', () => {
    const names = Object.keys(plaindesk.schema.getMutationType()?.getFields() ?? {})
    expect(names.filter(name => !takesKey(name)).sort()).toEqual(Object.keys(harmless).sort())
    for (const name of names) expect(mutations, name).toHaveProperty(name)
  })

  test('§8: a token is made once, and told once', async () => {
    const create =
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { token apiToken { id name } userErrors { code } } }'
    const input = {
      name: 'Once',
      scopes: ['TICKETS_READ'],
      currentPassword: 'plaindesk-example',
      idempotencyKey: 'token-1',
    }
    const [first, second] = [await as('ada').graphql(create, { input }), await as('ada').graphql(create, { input })]
    expect(first.data.createToken.token).toMatch(/^pd_/)
    expect(second.data.createToken).toEqual({ ...first.data.createToken, token: null })
    expect(await sql(`select 1 from api_token where name = 'Once'`)).toHaveLength(1)
    expect(JSON.stringify(await sql('select * from idempotency_key'))).not.toContain(first.data.createToken.token)
  })

  test('§8: a further address gets one link', async () => {
    const add = 'mutation ($input: AddAddressInput!) { addAddress(input: $input) { ok userErrors { code } } }'
    const input = { email: 'ada@home.example', currentPassword: 'plaindesk-example', idempotencyKey: 'address-1' }
    for (let at = 0; at < 2; at++)
      expect((await as('ada').graphql(add, { input })).data.addAddress).toEqual({ ok: true, userErrors: [] })
    expect(await sql(`select 1 from one_time_link where email = 'ada@home.example'`)).toHaveLength(1)
  })

  test('§8: a key belongs to a person, not to a token or session of theirs', async () => {
    const input = { subject: 'By two programs', message: 'x', idempotencyKey: 'shared' }
    const create =
      'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }'
    const replies = [
      await as('ann').graphql(create, { input }),
      await api(await token('ann')).graphql(create, { input }),
    ]
    expect(replies[1]?.data).toEqual(replies[0]?.data)
  })
})
