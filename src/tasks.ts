// Every job there is, by name, and when the clock starts which.
import type { EntityManager } from '@mikro-orm/postgresql'
import { changeTickets } from './desk/change-tickets.job.ts'
import { watchMailboxes } from './inbox/doors/watch-mailboxes.job.ts'
import { fileInTurn } from './inbox/file-mail.job.ts'
import type { Inbox } from './inbox/inbox.ts'
import { deliverWebhook } from './integrations/deliver-webhook.job.ts'
import { cleanUp } from './jobs/clean-up.job.ts'
import { hasten } from './jobs/hasten.job.ts'
import { takeOver } from './jobs/take-over.job.ts'
import type { Tasks } from './jobs/task.ts'
import { sendMail } from './outbox/send-mail.job.ts'
import { register } from './people/register.job.ts'
import { sendPasswordLink } from './people/send-password-link.job.ts'
import type { Plaindesk } from './plaindesk.ts'
import { askRating } from './tickets/ask-rating.job.ts'
import { closeStale } from './tickets/close-stale.job.ts'
import { dropUnusedUploads } from './tickets/drop-uploads.ts'
import { remindWaiting } from './tickets/remind-waiting.job.ts'
import { scanAttachment } from './tickets/scan-attachment.job.ts'
import { weeklyReport } from './tickets/weekly-report.job.ts'

/** Minute, hour, day, month, weekday. `fill`: made up for once, when no worker ran at the time. */
const crontab = `
* * * * * take-over
*/5 * * * * hasten
*/5 * * * * watch-mailboxes
17 * * * * close-stale ?fill=1d
41 * * * * clean-up ?fill=1d
0 7 * * 1 weekly-report ?fill=2d
23 7 * * * remind-waiting ?fill=1d
31 7 * * * ask-rating ?fill=1d
`

/** What jobs work with; each run on a fork of its own. */
export function tasksOf({ outbox, ...inbox }: Inbox & Pick<Plaindesk, 'outbox'>): Tasks {
  const { orm, config, settings, files } = inbox
  const em = (): EntityManager => orm.em.fork({ flushMode: 'commit' })
  return {
    crontab,
    list: {
      'send-mail': ({ mail = '' }, { now, isLastTry }) => sendMail(em(), outbox, mail, now, isLastTry),
      'send-password-link': ({ email = '' }, { now }) => sendPasswordLink(em(), settings.current, email, now),
      register: (typed, { now }) => register(em(), settings.current, typed, now),
      'file-mail': ({ mail = '' }, { isLastTry }) => fileInTurn(inbox, mail, isLastTry),
      'scan-attachment': ({ attachment = '' }) => scanAttachment(em(), files, config, attachment),
      'change-tickets': ({ bulkChange = '' }) => changeTickets({ ...inbox, fork: em }, bulkChange),
      'deliver-webhook': ({ webhook = '' }, { now }) => deliverWebhook({ fork: em, config, now }, webhook),
      'close-stale': (_, { now }) => closeStale(em, settings.current, now),
      'weekly-report': (_, { now }) => weeklyReport(em, now),
      'ask-rating': (_, { now }) => askRating(em, settings.current, now),
      'remind-waiting': (_, { now }) => remindWaiting(em, settings.current, now),
      'clean-up': async (_, { now }) => {
        await cleanUp(em(), now)
        await dropUnusedUploads(em(), files, now)
      },
      'watch-mailboxes': (_, { now }) => watchMailboxes(em(), config, now),
      hasten: () => hasten(em()),
      'take-over': () => takeOver(em()),
    },
  }
}
