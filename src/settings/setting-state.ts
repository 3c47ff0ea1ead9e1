import type { EntityManager } from '@mikro-orm/postgresql'
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { type Config, withChosen } from '../config.ts'
import type { User } from '../people/user.ts'
import { kindOf, names, type Texts, type Variable, variables } from './adjustable.ts'
import { Setting } from './setting.ts'

export enum SettingSource {
  ENVIRONMENT = 'ENVIRONMENT',
  ADMIN = 'ADMIN',
  DEFAULT = 'DEFAULT',
}
registerEnumType(SettingSource, {
  name: 'SettingSource',
  description: 'Where the value of a setting comes from.',
  valuesConfig: {
    ENVIRONMENT: { description: 'The operator set it in the environment; here it cannot be changed.' },
    ADMIN: { description: 'An admin chose it.' },
    DEFAULT: { description: 'Nobody chose anything.' },
  },
})

@ObjectType('Setting', { description: 'A setting that admins may change while everything runs.' })
export class SettingState {
  @Field(() => String, { description: 'As the input of `saveSettings` calls it, such as `autoCloseDays`.' })
  name!: string
  @Field(() => String, { description: 'As the environment calls it, such as AUTO_CLOSE_DAYS.' }) variable!: Variable
  @Field(() => String, { description: 'What holds now, as text; empty = nothing.' }) value!: string
  @Field(() => String, { description: 'What holds where nobody chose anything.' }) default!: string
  @Field(() => SettingSource, { description: 'Where the value comes from.' }) source!: SettingSource
  @Field(() => Int, { nullable: true, description: 'Of a number, the smallest.' }) min!: number | null
  @Field(() => Int, { nullable: true, description: 'Of a number, the largest.' }) max!: number | null
  @Field(() => Int, { nullable: true, description: 'Of a text, the most characters.' }) maxLength!: number | null
  @Field(() => [String], { description: 'The values to choose from; none where it is a number or any text.' })
  choices!: readonly string[]
  changedBy!: User | null
  @Field(() => Date, { nullable: true, description: 'When; null where no admin chose it.' }) changedAt!: Date | null
}

/** How all of them stand in the database now, whatever this process has heard of so far. */
export async function settingStates(em: EntityManager, config: Config): Promise<SettingState[]> {
  const rows = new Map((await em.find(Setting, {})).map(row => [row.name, row]))
  const chosen: Texts = Object.fromEntries([...rows.values()].map(({ name, value }) => [name, value]))
  const present = withChosen(config, chosen)
  const untouched = withChosen(config, {}, {})
  return variables.map(variable => {
    const row = rows.get(variable)
    return {
      name: names[variable],
      variable,
      value: textOf(present, variable),
      default: textOf(untouched, variable),
      source: sourceOf(variable, config, row),
      ...kindOf(variable),
      changedBy: row?.changedBy ?? null,
      changedAt: row?.changedAt ?? null,
    }
  })
}

function sourceOf(variable: Variable, { given }: Config, row: Setting | undefined): SettingSource {
  if (given[variable] !== undefined) return SettingSource.ENVIRONMENT
  return row ? SettingSource.ADMIN : SettingSource.DEFAULT
}

const textOf = (config: Config, variable: Variable): string => String(config[names[variable]] ?? '')
