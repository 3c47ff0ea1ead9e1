import { User } from '../people/user.ts'
import type { Plaindesk } from '../plaindesk.ts'

/** What `npm start` prints: the address, and in development who can log in, with what, and where the mails are. */
export async function welcome({ config, orm }: Plaindesk): Promise<string> {
  const lines = ['', `Plaindesk runs at ${config.baseUrl}`, '']
  if (!config.production) {
    const { cast, EXAMPLE_PASSWORD } = await import('../seeds/cast.ts')
    const addresses = Object.values(cast).map(({ email }) => email)
    const people = await orm.em.fork().find(User, { email: { $in: addresses } })
    people.sort((a, b) => addresses.indexOf(a.email) - addresses.indexOf(b.email))
    lines.push(
      ...people.map(({ name, email, role }) => `  ${name.padEnd(12)} ${email.padEnd(24)} ${role.toLowerCase()}`),
    )
    if (people.length > 0) lines.push(`  Password: ${EXAMPLE_PASSWORD}`, '')
    lines.push(config.smtpUrl ? `Mails go to ${new URL(config.smtpUrl).host}` : `Mails: ${config.baseUrl}/dev/mail`)
    lines.push('Stop with Ctrl-C.', '')
  }
  return `${lines.join('\n')}\n`
}
