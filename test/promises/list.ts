// What Plaindesk promises, chapter by chapter. `npm run promises` measures each and prints its figure.
import type { Commanded, Measured, Promised } from './promise.ts'

const START = 'npm run bench:start'
const FRESH = 'npm run bench:start -- --fresh'
const BENCH = 'npm run bench'
const GROWTH = 'npm run bench -- --growth 50000,1000000'
const HOUR = 'npm run bench:hour'
const FAULTS = 'npm run faults -- --rounds 20'

export const chapters = {
  Start: {
    'a fresh clone, npm ci and npm start: first page': { command: FRESH, unit: 's' },
    'deprecations of direct dependencies that npm ci prints': { command: FRESH, most: 0 },
    'packages that do not come from the npm registry under their hash': { test: 'ground/packages', most: 0 },
    'packages of Node that are not one exact 24.x': { test: 'ground/packages', most: 0 },
    'scripts run on that Node': { tests: 'ground/packages', titles: /scripts run on the Node/ },
    'npm start prints address, log-ins and mail page': { tests: 'ground/commands', titles: /prints the address/ },
    'first page of a first start': { command: START, unit: 's' },
    'first page of a second start': { command: START, most: 3, unit: 's' },
    'first page after kill -9 of everything': { command: START, unit: 's' },
    'processes left after Ctrl-C': { command: START, most: 0 },
    'kill -9 is recovered from': { tests: 'ground/commands', titles: /kill -9 is recovered from/ },
  },
  Speed: {
    'share of the floor: customers’ list, ticket, search': { command: BENCH, least: 0.5 },
    'share of the floor: the team’s pages': { command: BENCH, least: 0.35 },
    'share of the floor: API': { command: BENCH, least: 0.35 },
    'share of the floor: posting': { command: BENCH, least: 0.35 },
    'p99 by the floor’s': { command: BENCH, most: 3, unit: '×' },
    'p50 at 1,000,000 tickets by that at 50,000': { command: GROWTH, most: 1.3, unit: '×' },
    'the same, searching for a very common word': { command: GROWTH, most: 2, unit: '×' },
    'no page goes round the schema': { tests: 'site/parity', titles: /by resolvers alone when a page/ },
    'sequential scans on growing tables': { test: 'database/plans', most: 0 },
    'statements with OFFSET': { test: 'database/plans', most: 0 },
    'counts over more than 1,000 rows that nothing bounds': { test: 'database/plans', most: 0 },
    'search goes by last change, over the newest 1,000': { tests: 'tickets/listing', titles: /newest 1,000/ },
    'statements of a customer’s page': { test: 'site/pages', most: 4 },
    'statements of a team page': { test: 'site/pages', most: 8 },
    'statements more where a page shows eight more rows': { test: 'site/pages', most: 0 },
    'statements about rate limits on pages': { test: 'site/pages', most: 0 },
    'writes to the session by pages within 10 minutes': { test: 'people/logging-in', most: 1 },
    'heap that a process gains in an hour of load': { command: HOUR, most: 8, unit: 'MB' },
    'memory that it gains': { command: HOUR, most: 64, unit: 'MB' },
    'whatever else grows in it': { command: HOUR, most: 0 },
    'wrong answers in it': { command: HOUR, most: 0 },
  },
  'Weight and reach': {
    'a customer’s page with its style sheet, compressed': { test: 'site/reach', most: 14, unit: 'KB' },
    'a ticket with five short messages': { test: 'site/reach', most: 14, unit: 'KB' },
    'requests of a customer’s page': { test: 'site/reach', most: 2 },
    'scripts, fonts and things from elsewhere': { test: 'site/pages', most: 0 },
    'faults that html-validate finds': { test: 'site/pages', most: 0 },
    'axe violations at WCAG 2.2 AA, light and dark': { test: 'site/reach', most: 0 },
    'wider than a window of 320 px by': { test: 'site/reach', most: 0, unit: 'px' },
    'wider than a window of 1,280 px at 400 % by': { test: 'site/ways-to-read', most: 0, unit: 'px' },
    'controls that Tab does not reach': { test: 'site/ways-to-read', most: 0 },
    'controls whose focus is not seen': { test: 'site/ways-to-read', most: 0 },
    'controls that are not there without style sheets': { test: 'site/ways-to-read', most: 0 },
    'words that w3m does not show': { test: 'site/ways-to-read', most: 0 },
    'words that lynx does not show': { test: 'site/ways-to-read', most: 0 },
    'forms come back as GOV.UK’s do': { tests: 'site/forms', titles: /^GOV\.UK/ },
    'texts outside the catalogues': { test: 'i18n/catalogues', most: 0 },
    'keys that are missing or unused': { test: 'i18n/catalogues', most: 0 },
    'dates, numbers and plurals by Intl': { tests: 'i18n/languages', titles: /^formats/ },
  },
  Safety: {
    'requirements of ASVS 5.0 that tests name': { test: 'safety/asvs', least: 1 },
    'Argon2id at OWASP’s cost': { tests: 'people/password', titles: /Argon2id/ },
    'passwords of 12 characters, none of the common ones': { tests: 'people/password', titles: /a new password/ },
    'session cookie HttpOnly, SameSite=Lax, new at log-in': {
      tests: 'people/logging-in',
      titles: /its id is new after log-in/,
    },
    'cookies Secure where the base URL is https': { tests: 'people/secure-cookies', titles: /Secure|the small ones/ },
    'sessions end when the password changes': {
      tests: 'people/accounts',
      titles: /every session ends|ends the other sessions/,
    },
    'staff sessions end after 7 days': { tests: 'people/logging-in', titles: /never longer than a week/ },
    'forms without a CSRF token, or from elsewhere, do nothing': {
      tests: 'site/posts',
      titles: /without a good token/,
    },
    'policy and headers of every page': { tests: 'site/pages', titles: /the headers of every page/ },
    'log-in gets slow and locks nobody out': {
      tests: 'people/logging-in',
      titles: /§7: .*wait|locked out|gain nothing/,
    },
    'limits are shared by all processes, 429 with Retry-After': { tests: 'graph/limits', titles: /429|one bucket/ },
    'mails with links are limited for each address': { tests: 'people/accounts', titles: /links to one address/ },
    'every operation as every role': { tests: 'graph/authorization', titles: /every operation/ },
    'every page as every role': { tests: 'site/pages', titles: /^GET / },
    'every post as every role': { tests: 'site/posts', titles: /^POST / },
    'strangers in pairs reach nothing of each other': {
      tests: 'graph/authorization',
      titles: /by number, id, list|nor writes to it|nor sees the page/,
    },
    'files go by their ticket’s rule, HTML and SVG never inline': { tests: 'files/sending', titles: /a download/ },
    'the HTML of mails runs and loads nothing': { tests: 'tickets/mail-html', titles: /HTML of a mail/ },
    'headers cannot be injected': { tests: 'outbox/headers', titles: /header injection/ },
    'no secret lies in the database in clear': { tests: 'people/accounts', titles: /nothing in the database opens/ },
    'no secret in a line of the log or an error page': { tests: 'ground/logging', titles: /secret/ },
    'fuzzing of pages, in short with each test run': { tests: 'fuzz/pages', titles: /./ },
    'fuzzing of forms, likewise': { tests: 'fuzz/forms', titles: /./ },
    'what fuzzing found': { command: 'npm run fuzz', most: 0 },
    'what sqlmap and wapiti found': { command: 'npm run scan', most: 0 },
  },
  Reliability: {
    'acknowledged and lost': { command: FAULTS, most: 0 },
    doubled: { command: FAULTS, most: 0 },
    'answered as it should not be': { command: FAULTS, most: 0 },
    'rounds in which each thing was broken': { command: FAULTS, least: 20 },
    'the same, in short, with each test run': { tests: 'faults/faults', titles: /nothing acknowledged is lost/ },
    'each mutation is a transaction of its own': { tests: 'graph/api', titles: /in its own transaction/ },
    'a failed job is tried again, seen, and run again by an admin': { tests: 'desk/failed-jobs', titles: /./ },
    'any mail ends in one outcome; a killed worker takes it up again': { tests: 'inbox/surviving', titles: /./ },
    'a line of the log per request, with its id, without content': { tests: 'ground/logging', titles: /a line/ },
    '/metrics tells times, queues, mails and the mailbox': { tests: 'ground/logging', titles: /metrics/ },
    'SIGTERM finishes what was begun': { tests: 'ground/stopping', titles: /./ },
  },
  Code: {
    'direct dependencies without a word in the README': { test: 'ground/packages', most: 0 },
    'direct dependencies that are not one exact version': { test: 'ground/packages', most: 0 },
  },
} satisfies Record<string, Record<string, Promised>>

type Chapters = typeof chapters
type Named<Kind> = {
  [C in keyof Chapters]: { [P in keyof Chapters[C]]: Chapters[C][P] extends Kind ? P : never }[keyof Chapters[C]]
}[keyof Chapters]

/** The promises whose figures tests say. */
export type MeasuredName = Named<Measured>
/** The promises whose figures commands leave behind. */
export type CommandedName = Named<Commanded>

/** All of them, by name. */
export const promises: Readonly<Record<string, Promised>> = Object.assign({}, ...Object.values(chapters))
