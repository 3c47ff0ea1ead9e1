#!/usr/bin/env -S node --import=tsx
// The commands. The only file that reads the command line and ends the process.
import './packages-as-they-are.ts'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { type Config, loadConfig } from './config.ts'
import { Trouble } from './lib/trouble.ts'

const NODE = 24
const TOO_OLD = `This is Node ${process.version}. "npm ci" puts Node ${NODE} into node_modules/.bin: use "npm start" or "npx plaindesk".`
/** npm passes on a Ctrl-C that the terminal has sent us already: within this time it is the same one. */
const SAME_SIGNAL_MS = 1000

const stopping = new AbortController()
let stoppedAt = 0

const plaindesk = new Command('plaindesk').description('A customer ticket portal.').showHelpAfterError()

plaindesk
  .command('start')
  .description('everything in one process; in development with its own database and example people')
  .action(() => run(async config => (await import('./commands/start.ts')).start(config, stopping.signal)))
plaindesk
  .command('serve')
  .description('pages and API')
  .option('--processes <count>', 'so many of them share the port; as many as the machine has cores unless told', count)
  .action(({ processes = availableParallelism() }: { processes?: number }) =>
    run(async config => (await import('./commands/start.ts')).serve(config, stopping.signal, processes)),
  )
plaindesk
  .command('worker')
  .description('jobs and incoming mail: takes and sends mails, closes tickets, cleans up')
  .action(() => run(async config => (await import('./commands/start.ts')).work(config, stopping.signal)))
plaindesk
  .command('migrate')
  .description('bring the database to the schema of this version')
  .action(() => run(async config => (await import('./commands/migrate.ts')).migrate(config)))
plaindesk
  .command('seed')
  .description('example people and tickets; not in production')
  .argument('[tickets]', 'so many more tickets in bulk', Number, 0)
  .action((count: number) =>
    run(async config => (await import('./commands/seed.ts')).seed(config, count, stopping.signal)),
  )

plaindesk
  .command('doctor')
  .description(
    'look at all that the portal needs, with a line for each and how to mend it; exit code 1 where something fails',
  )
  .option('--dns <address>', 'a DNS server to ask instead of those of the machine')
  .action(({ dns }) => run(async config => (await import('./commands/doctor.ts')).doctor(config, dns)))
plaindesk
  .command('backup <file>')
  .description('database and files as they are now, in one archive, while everything runs; "-" = standard output')
  .action(file => run(async config => (await import('./commands/backup.ts')).backup(config, file, stopping.signal)))
plaindesk
  .command('restore <file>')
  .description('what a backup holds, into an empty database and an empty file store')
  .action(file => run(async config => (await import('./commands/restore.ts')).restore(config, file, stopping.signal)))
plaindesk
  .command('export <folder>')
  .description('everything into a new folder, as JSON Lines and files')
  .option('--with-secrets', 'also password hashes, second factors and API tokens', false)
  .action((folder, wishes) =>
    run(async config => (await import('./commands/export.ts')).exportAll(config, folder, wishes)),
  )
plaindesk
  .command('import [folder]')
  .description(
    'a whole export into an empty Plaindesk, a history of another system (people.jsonl, tickets.jsonl), or mailboxes',
  )
  .option('--mbox <files...>', 'mailboxes as mbox files')
  .option('--maildir <folders...>', 'mailboxes as maildir folders')
  .option(
    '--close-after <days>',
    'of mailboxes: close tickets without a word for so long; AUTO_CLOSE_DAYS unless told',
    Number,
  )
  .option('--dry-run', 'only tell what would be brought in, and which lines are refused', false)
  .option('--strict', 'bring in nothing at all where a line is refused', false)
  .option('--source <name>', 'the system that the ids are of, where there are several', '')
  .action((folder, wishes) =>
    run(async config => (await import('./commands/import.ts')).bringIn(config, folder, wishes, stopping.signal)),
  )

const user = plaindesk.command('user').description('people: make an account, reset a second factor')
user
  .command('create <address>')
  .description('a new person, who is invited to set a password')
  .requiredOption('--name <name>', 'full name')
  .option('--role <role>', 'customer, agent, sales or admin', 'customer')
  .option('--language <language>', 'of the invitation: en or de', 'en')
  .action((address, wishes) =>
    run(async config => (await import('./commands/create.ts')).createUser(config, address, wishes)),
  )

user
  .command('reset-second-factor <address>')
  .description('for whoever lost phone and recovery codes: they log in with the password alone')
  .action(address =>
    run(async config => (await import('./commands/reset-second-factor.ts')).resetSecondFactor(config, address)),
  )

const token = plaindesk.command('token').description('API tokens: make one, to be sent as "Authorization: Bearer …"')
token
  .command('create <address>')
  .description('a new API token of somebody; prints it this once')
  .option('--name <name>', 'what it is for', 'made on the command line')
  .option('--scope <scopes...>', 'tickets:read, tickets:write, admin', ['tickets:read'])
  .option('--days <days>', 'until it ends', Number, 90)
  .action((address, wishes) =>
    run(async config => (await import('./commands/create.ts')).createToken(config, address, wishes)),
  )

const mail = plaindesk.command('mail').description('incoming mail')
mail
  .command('receive [files...]')
  .description(
    'take a mail from standard input or files, wait for what becomes of it, and print that as a line of JSON',
  )
  .option('--to <address>', 'the recipient, where the mail server tells it')
  .option('--from <address>', 'the sender of the envelope, where the mail server tells it')
  .action((files, wishes) =>
    run(async config => (await import('./commands/receive-mail.ts')).receiveMail(config, files, wishes)),
  )

const job = plaindesk.command('job').description('scheduled jobs: run one now')
job
  .command('run <name>')
  .description(
    'run one once: close-stale, remind-waiting, ask-rating (tickets), weekly-report (members), watch-mailboxes (mail in), clean-up (what is over), take-over and hasten (jobs that got stuck)',
  )
  .option('--now <time>', 'as if it were this time, ISO 8601; not in production')
  .action((name, { now }) => run(async config => (await import('./commands/run-job.ts')).runJob(config, name, now)))

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
await plaindesk.parseAsync()

function count(typed: string): number {
  const number = Number(typed)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is a number from 1 up.')
  return number
}

/** Runs a command and ends the process: its own code, or 1 with one clear sentence for what the operator can put right. */
async function run(command: (config: Config) => Promise<unknown>): Promise<void> {
  try {
    if (Number.parseInt(process.versions.node, 10) < NODE) throw new Trouble(TOO_OLD)
    const code = await command(loadConfig())
    process.exit(typeof code === 'number' ? code : 0)
  } catch (error) {
    if (stopping.signal.aborted) process.exit(130)
    console.error(error instanceof Trouble ? error.message : error)
    process.exit(1)
  }
}

/** The first signal asks the command to end, a second one ends it. */
function stop(): void {
  if (!stopping.signal.aborted) stoppedAt = Date.now()
  else if (Date.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(130)
  stopping.abort()
}
