import type { World } from '../world.ts'

/** A customer's request of this world; answers its number. */
export async function request(
  { stranger, sql }: Pick<World, 'stranger' | 'sql'>,
  fields: { email: string; subject: string; name?: string; message?: string; subscribe?: boolean; website?: string },
): Promise<number> {
  const { website, ...typed } = fields
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  form.fill({ name: 'Rita Request', message: 'Please help.', ...typed })
  if (website) form.fill({ website })
  await form.submit()
  const [row] = await sql('select number from ticket where subject = $1 order by number desc', [fields.subject])
  return Number(row?.number)
}

/** The address of a person's page, by their mail address. */
export async function personPage({ sql }: Pick<World, 'sql'>, email: string): Promise<string> {
  const [row] = await sql('select id from person where email = $1', [email])
  if (!row) throw new Error(`nobody has ${email}`)
  return `/agent/people/user_${row.id}`
}
