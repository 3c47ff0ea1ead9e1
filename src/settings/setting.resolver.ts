import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Config } from '../config.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal, Refusals } from '../graph/refusal.ts'
import { entityOf } from '../graph/things.ts'
import { AdminEvent, AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { confirmAct } from '../people/staff.ts'
import { User } from '../people/user.ts'
import { isAllowed, kindOf, names, type Variable, variables } from './adjustable.ts'
import { CHANNEL } from './present.ts'
import { Setting } from './setting.ts'
import { SettingState, settingStates } from './setting-state.ts'

const MAX = 2000
/** A text as the environment would hold it; checked against its own bounds below. */
const Wish =
  (description: string): PropertyDecorator =>
  (prototype, name) => {
    Field(() => String, { nullable: true, description })(prototype, name)
    Line(MAX, { optional: true })(prototype, name)
  }

@InputType({
  description:
    'What is left out stays as it is; null or an empty text brings back the default. All as text, as in the environment.',
})
class SaveSettingsInput {
  @Wish('REQUIRE_AGREEMENT: true = customers need an agreement in force that includes the portal.')
  requireAgreement?: string | null
  @Wish('REQUIRE_TOTP: true = everybody of the team needs a second factor.') requireTotp?: string | null
  @Wish('INVITE: subscribers or everyone.') invite?: string | null
  @Wish('CUSTOMER_IDLE_DAYS: so long customers stay signed in without use.') customerIdleDays?: string | null
  @Wish('STAFF_IDLE_HOURS: so long the team stays signed in without use.') staffIdleHours?: string | null
  @Wish('FAILED_LOGINS: after so many of them logging in gets slow.') failedLogins?: string | null
  @Wish('PASSWORD_LENGTH: fewest characters of a new password.') passwordLength?: string | null
  @Wish('INVITATION_DAYS: so long the link of an invitation or registration works.') invitationDays?: string | null
  @Wish('RESET_HOURS: so long the link works that sets a new password.') resetHours?: string | null
  @Wish('CONFIRM_DAYS: so long the link works that confirms joining the list.') confirmDays?: string | null
  @Wish('AUTO_CLOSE_DAYS: after so many days without a word a done ticket is closed.') autoCloseDays?: string | null
  @Wish('REMIND_DAYS: after so many days a question is asked once more; 0 = never.') remindDays?: string | null
  @Wish('SATISFACTION_DAYS: so many days after it was done the customer is asked how it was; 0 = never.')
  satisfactionDays?: string | null
  @Wish('UNDO_SECONDS: for so long an answer can be taken back; 0 = it goes at once.') undoSeconds?: string | null
  @Wish('MAX_UPLOAD_MB: the largest file.') maxUploadMb?: string | null
  @Wish('MAX_FILES: most files of a message.') maxFiles?: string | null
  @Wish('MAX_TOTAL_MB: the files of a message together.') maxTotalMb?: string | null
  @Wish('FORM_LIMIT: requests an hour by the public form, before they are held.') formLimit?: string | null
  @Wish('FORM_MIN_SECONDS: what is filled in faster is held.') formMinSeconds?: string | null
  @Wish('RECEIPTS_PER_HOUR: most receipts an hour to one sender of mails.') receiptsPerHour?: string | null
  @Wish('MAILS_PER_HOUR: mails an hour of one sender, before more are held.') mailsPerHour?: string | null
  @Wish('HARD_BOUNCES: after so many nothing more is sent to an address.') hardBounces?: string | null
  @Wish('MAX_SENT_MB: what a mail may weigh; larger files are links in it.') maxSentMb?: string | null
  @Wish('BRAND_NAME: the name on every page and mail.') brandName?: string | null
  @Wish('SUPPORT_CONTACT: whom pages and mails tell to ask.') supportContact?: string | null
  @Wish('SALES_CONTACT: whom to ask about access.') salesContact?: string | null
  @Wish('IMPRINT_URL: in the foot of pages and mails.') imprintUrl?: string | null
  @Wish('PRIVACY_URL: in the foot of pages and mails.') privacyUrl?: string | null
  @Wish('ACCESSIBILITY_URL: in the foot of pages and mails.') accessibilityUrl?: string | null

  @Field(() => String, {
    nullable: true,
    description: "The admin's own password; needed in a browser, not with an API token.",
  })
  currentPassword?: string | null
  @Field(() => Date, {
    nullable: true,
    description: 'When the values were read: what another admin changed since is not overwritten unseen.',
  })
  since?: Date | null
}

@ObjectType({ description: 'What `saveSettings` answers.' })
class SaveSettingsPayload extends Payload {
  @Field(() => [SettingState], { nullable: true, description: 'All settings as they are from now on.' })
  settings?: SettingState[]
}

@Resolver(() => SettingState)
export class SettingResolver {
  @Authorized('admin')
  @Query(() => [SettingState], { description: 'The settings that need no restart. For admins.' })
  settings(@Ctx() { em, config }: Context): Promise<SettingState[]> {
    return settingStates(em, config)
  }

  @Authorized('admin')
  @Mutation(() => SaveSettingsPayload, {
    description: 'Changes settings, for all processes at once and without a restart. For admins.',
  })
  async saveSettings(
    @Arg('input', () => SaveSettingsInput) input: SaveSettingsInput,
    @Ctx() context: Context,
  ): Promise<SaveSettingsPayload> {
    const { em, config } = context
    await confirmAct(context, input.currentPassword)
    const wishes = wishesOf(input)
    const refusals = wishes.flatMap(wish => refusalOf(wish, config) ?? [])
    if (refusals.length > 0) throw new Refusals(refusals)
    await em.execute('lock table setting in share row exclusive mode') // one admin after the other; nobody else waits
    const before = await settingStates(em, config)
    await refuseOverwriting(context, wishes, before, input.since ?? null)
    for (const wish of wishes) await choose(context, wish)
    await em.flush()
    const settings = await settingStates(em, config)
    if (recordChanges(context, before, settings)) await em.execute(`select pg_notify(?, '')`, [CHANNEL])
    return { settings }
  }

  @FieldResolver(() => User, { nullable: true, description: 'The admin who chose it; null where none did.' })
  changedBy(@Root() { changedBy }: SettingState, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, changedBy)
  }
}

interface Choice {
  variable: Variable
  /** Null = the default. */
  value: string | null
}

const wishesOf = (input: SaveSettingsInput): Choice[] =>
  variables.flatMap(variable => {
    const value = input[names[variable]]
    return value === undefined ? [] : [{ variable, value: value || null }]
  })

function refusalOf({ variable, value }: Choice, { given }: Config): Refusal | null {
  const field = names[variable]
  if (given[variable] !== undefined) return new Refusal('SET_IN_ENVIRONMENT', field)
  if (value === null || isAllowed(variable, value)) return null
  const { min, max, maxLength, choices } = kindOf(variable)
  if (min !== null && max !== null) return new Refusal('OUT_OF_RANGE', field, { min, max })
  if (maxLength !== null) return new Refusal('TOO_LONG', field, { max: maxLength })
  return new Refusal(choices.length > 0 ? 'INVALID_CHOICE' : 'INVALID_WEB_ADDRESS', field)
}

/** Whoever saves sends all fields, also those that they did not touch. */
async function refuseOverwriting(
  { em }: Context,
  wishes: readonly Choice[],
  states: readonly SettingState[],
  since: Date | null,
): Promise<void> {
  if (!since) return
  const later = await em.find(AdminEvent, { type: AdminEventType.SETTING_CHANGED, createdAt: { $gt: since } })
  const refusals = wishes.flatMap(({ variable, value }) => {
    const state = states.find(each => each.variable === variable)
    const isOther = state && state.value !== (value ?? state.default)
    const isLater = later.some(({ about }) => about === variable)
    return isOther && isLater ? [new Refusal('CHANGED_MEANWHILE', names[variable], { value: state.value })] : []
  })
  if (refusals.length > 0) throw new Refusals(refusals)
}

/** What is chosen already stays whose it was. */
async function choose({ em, viewer, now }: Context, { variable, value }: Choice): Promise<void> {
  const row = await em.findOne(Setting, { name: variable })
  if (row && value === null) em.remove(row)
  if (value === null || row?.value === value) return
  const by = viewer.user && entityOf(em, viewer.user)
  if (row) Object.assign(row, { value, changedBy: by, changedAt: now })
  else em.persist(new Setting(variable, value, by, now))
}

/** A line in the admin log for each; says whether there was any. */
function recordChanges(context: Context, before: readonly SettingState[], after: readonly SettingState[]): boolean {
  const changes = after.flatMap(({ variable, value: to }, at) => {
    const from = before[at]?.value ?? ''
    return from === to ? [] : [{ about: variable, from, to }]
  })
  for (const change of changes) recordAct(context, AdminEventType.SETTING_CHANGED, change)
  return changes.length > 0
}
