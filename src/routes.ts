// Every URL of the site, one line each. Who may is decided by the operation that a page or form runs, not here: a
// stranger is sent to log in, somebody without access to the page that explains it, a customer finds no team page.
import type { Express } from 'express'
import { createDoorToMail } from './inbox/mail-door.ts'
import { guideTo } from './integrations/guide.ts'
import { createLogIn } from './people/passport.ts'
import type { Plaindesk } from './plaindesk.ts'
import { printedSchema } from './schema.ts'
import { createDoorToFiles } from './tickets/files.ts'
import { checkMayUpload } from './tickets/keep-upload.ts'
import {
  createTurns,
  homeOf,
  leaveLinkStatus,
  mailedLink,
  ratingStatus,
  reportSwitchStatus,
  selectionStatus,
  tabToHeld,
  tabToOutcome,
  tabToStatus,
  tabToStay,
  toBulk,
  toLogIn,
  toMerged,
  toNextTicket,
  toOneTicket,
  toProgress,
  toSavedView,
  toSelection,
  toTab,
  toView,
  toWhoTheyBecame,
  whetherToOpen,
} from './turns.ts'
import { devMail } from './web/dev-mail.ts'
import { explorerPolicy, explorerValues } from './web/explorer.ts'
import { explorerFiles } from './web/explorer-files.ts'
import { keepAddress } from './web/headers.ts'
import { receivedHere } from './web/received.ts'
import { schemaFile } from './web/schema-file.ts'
import { download } from './web/send-file.ts'
import { createSite } from './web/site.ts'
import { uploads } from './web/uploads.ts'

export function routes(app: Express, plaindesk: Plaindesk): void {
  const { config, clock } = plaindesk
  const doorToFiles = createDoorToFiles(plaindesk)
  const site = createSite(plaindesk, doorToFiles, 'people/no-access')
  const { page } = site.pages
  const { form } = site.forms
  const turns = createTurns(plaindesk)
  const { postLogIn, postCode, postLogOut } = createLogIn(plaindesk, site.forms, site.pages)

  // Anyone
  app.get('/', page('site/welcome', { goesTo: homeOf }))
  app.get('/help', page('site/help'))
  app.get('/tickets/new', page('tickets/new'))
  app.post(
    '/tickets/new',
    form('tickets/request', { page: 'tickets/new', filesFromAnyone: true, done: turns.toRequest }),
  )
  app.get(
    '/tickets/received/:number',
    page('tickets/received', { brings: req => receivedHere(req, config, clock()), fields: whetherToOpen }),
  )
  app.get('/login', page('people/login', { goesTo: homeOf }))
  app.post('/login', postLogIn)
  app.post('/login/code', postCode)
  app.post('/logout', postLogOut)
  app.get('/register', page('people/register'))
  app.post('/register', form('people/send-registration', { page: 'people/register', done: '/register/sent' }))
  app.get('/register/sent', page('people/register-sent'))
  app.get('/password/forgot', page('people/forgot'))
  app.post('/password/forgot', form('people/send-reset', { page: 'people/forgot', done: '/password/forgot/sent' }))
  app.get('/password/forgot/sent', page('people/forgot-sent'))

  // Whoever holds a mailed link
  app.use(
    [
      '/password/set/:token',
      '/password/reset/:token',
      '/list/:word/:token',
      '/account/address/:token',
      '/account/weekly-report/:token',
      '/rating/:token',
    ],
    keepAddress,
  )
  app.get('/password/set/:token', page('people/set-password', mailedLink))
  app.post(
    '/password/set/:token',
    form('people/save-password', { page: 'people/set-password', done: turns.logInWithNewPassword }),
  )
  app.get('/password/reset/:token', page('people/reset', mailedLink))
  app.post('/password/reset/:token', form('people/save-new-password', { page: 'people/reset', done: turns.afterReset }))
  app.get('/account/address/:token', page('people/address', mailedLink))
  app.post(
    '/account/address/:token',
    form('people/confirm-address', {
      page: 'people/address',
      at: '/account/address/{token}',
      done: '/account',
      notice: 'addressChanged',
    }),
  )
  app.get('/account/weekly-report/:token', page('people/report-switch', { status: reportSwitchStatus }))
  app.post(
    '/account/weekly-report/:token',
    form('people/stop-report', { page: 'people/report-switch', done: '/account/weekly-report/{token}' }),
  )
  app.get('/rating/:token', page('tickets/rating', { status: ratingStatus }))
  app.post('/rating/:token', form('tickets/rate', { page: 'tickets/rating', done: '/rating/{token}' }))
  app.get('/list/confirm/:token', page('list/confirm', mailedLink))
  app.post('/list/confirm/:token', form('list/confirm-list', { page: 'list/confirm', done: '/list/joined' }))
  app.get('/list/undo/:token', page('list/undo', mailedLink))
  app.post('/list/undo/:token', form('list/undo-leave', { page: 'list/undo', done: '/list/joined' }))
  app.get('/list/leave/:token', page('list/leave', { status: leaveLinkStatus }))
  app.post(
    '/list/leave/:token',
    form('list/leave-list', { page: 'list/leave', oneClick: 'list/leave-one-click', done: '/list/left' }),
  )
  app.get('/list/joined', page('list/joined'))
  app.get('/list/left', page('list/left'))

  // Anyone signed in, with or without access
  app.get(
    '/no-access',
    page('people/no-access', { goesTo: turns.awayWithAccess, goesToFromForms: true, status: () => 403 }),
  )
  app.post(
    '/list/join',
    form('list/join', { page: 'people/no-access', at: '/no-access', done: '/tickets', notice: 'joinedList' }),
  )
  app.post('/list/leave', form('list/leave-list', { page: 'people/account', at: '/account', done: '/list/left' }))
  app.get('/account', page('people/account'))
  app.post('/account', form('people/update-account', { page: 'people/account', done: turns.afterAccount }))
  app.post(
    '/account/password',
    form('people/change-password', { ...onAccount, done: '/account', notice: 'passwordChanged' }),
  )
  app.post('/account/address', form('people/change-address', { ...onAccount, done: '/account', notice: 'addressSent' }))
  app.get('/account/addresses', page('people/addresses'))
  app.post('/account/addresses', form('people/add-address', { ...onAddresses, notice: 'addressProof' }))
  app.post(
    '/account/addresses/:address/removal',
    form('people/remove-address', { ...onAddresses, notice: 'addressRemoved' }),
  )
  app.post(
    '/account/addresses/:address/primary',
    form('people/make-primary', { ...onAddresses, notice: 'addressPrimary' }),
  )
  app.post(
    '/account/devices',
    form('people/sign-out-elsewhere', { ...onAccount, done: '/account', notice: 'loggedOutElsewhere' }),
  )
  app.get('/account/second-factor', page('people/second-factor', { needs: 'secondFactor' }))
  app.post('/account/second-factor', form('people/begin-second-factor', onFactor))
  app.post(
    '/account/second-factor/confirmation',
    form('people/confirm-second-factor', { ...onFactor, tells: 'recoveryCodes' }),
  )
  app.post(
    '/account/second-factor/recovery-codes',
    form('people/renew-recovery-codes', { ...onFactor, tells: 'recoveryCodes' }),
  )
  app.post('/account/second-factor/removal', form('people/remove-second-factor', { ...onFactor, notice: 'removed' }))
  app.get('/account/tokens', page('integrations/tokens'))
  app.post('/account/tokens', form('integrations/make-token', { ...onTokens, tells: 'token' }))
  app.post(
    '/account/tokens/:token/revocation',
    form('integrations/revoke-token', { ...onTokens, notice: 'tokenRevoked' }),
  )
  app.post('/account/close', form('people/close-account', { ...onAccount, done: turns.afterClosing }))

  // Customers with access
  app.get('/tickets', page('tickets/list', { fields: tabToStatus }))
  app.get('/tickets/:number', page('tickets/show', { needs: 'ticket', goesTo: toMerged }))
  app.post('/tickets/:number/comments', form('tickets/comment', { ...onTicket, done: turns.afterComment }))
  app.post(
    '/tickets/:number/done',
    form('tickets/done', { ...onTicket, done: '/tickets/{ticket.number}', notice: 'done' }),
  )
  app.post(
    '/tickets/:number/reopen',
    form('tickets/reopen', { ...onTicket, done: '/tickets/{ticket.number}', notice: 'reopened' }),
  )
  app.get('/attachments/:id/:filename', download(plaindesk.files, doorToFiles.find))

  // The team: agents, sales, admins
  app.get('/agent', page('desk/queue', { fields: toTab, goesTo: toOneTicket, form: queueFields }))
  app.post(
    '/agent/views',
    form('desk/save-view', {
      page: 'desk/queue',
      at: '/agent',
      fields: toView,
      done: toSavedView,
      notice: 'viewSaved',
    }),
  )
  app.post(
    '/agent/views/:view',
    form('desk/change-view', {
      page: 'desk/queue',
      at: '/agent',
      fields: toView,
      done: toSavedView,
      notice: 'viewSaved',
    }),
  )
  app.post(
    '/agent/views/:view/removal',
    form('desk/remove-view', { page: 'desk/queue', at: '/agent', done: '/agent', notice: 'viewRemoved' }),
  )
  app.get('/agent/bulk', page('desk/bulk-changes'))
  app.get('/agent/bulk/new', page('desk/bulk-new', { fields: toSelection, status: selectionStatus }))
  app.post('/agent/bulk', form('desk/change-tickets', { ...onSelection, asks: ['query', 'tickets'] }))
  app.post('/agent/bulk/matching', form('desk/change-matching', { ...onSelection, asks: ['query', 'all'] }))
  app.get('/agent/bulk/:bulkChange', page('desk/bulk-change', { needs: 'bulkChange.id' }))
  app.post(
    '/agent/bulk/:bulkChange/undoing',
    form('desk/undo-bulk', { page: 'desk/bulk-change', at: '/agent/bulk/{bulkChange}', done: toProgress }),
  )
  app.get('/agent/next', page('desk/next', { goesTo: toNextTicket }))
  app.get('/agent/tickets/new', page('desk/new'))
  app.post(
    '/agent/tickets/new',
    form('desk/open', {
      page: 'desk/new',
      at: '/agent/tickets/new',
      done: '/agent/tickets/{ticket.number}',
      notice: 'opened',
    }),
  )
  app.get('/agent/tickets/:number', page('desk/ticket', { needs: 'ticket', notes: 'desk/look' }))
  app.post('/agent/tickets/:number', form('desk/update', { ...onDesk, notice: 'saved' }))
  app.post(
    '/agent/tickets/:number/comments',
    form('desk/answer', { ...onDesk, keeps: 'desk/keep-answer', done: turns.afterAnswer }),
  )
  app.post('/agent/tickets/:number/comments/draft', form('desk/keep-answer', { ...onAnswer, notice: 'draftSaved' }))
  app.post(
    '/agent/tickets/:number/comments/draft/removal',
    form('desk/drop-answer', { ...onAnswer, notice: 'draftGone' }),
  )
  app.post('/agent/tickets/:number/comments/canned-text', form('desk/insert-canned', onAnswer))
  app.post(
    '/agent/tickets/:number/messages/:message/removal',
    form('desk/take-back', { ...onAnswer, notice: 'takenBack' }),
  )
  app.post(
    '/agent/tickets/:number/messages/:message/place',
    form('desk/move', { ...onDesk, done: '/agent/tickets/{ticket.number}', notice: 'moved' }),
  )
  app.post(
    '/agent/tickets/:number/merging',
    form('desk/merge', { ...onDesk, done: '/agent/tickets/{ticket.number}', notice: 'merged' }),
  )
  app.post(
    '/agent/tickets/:number/split',
    form('desk/split', { ...onDesk, done: '/agent/tickets/{ticket.number}', notice: 'split' }),
  )
  app.post(
    '/agent/tickets/:number/split/removal',
    form('desk/unsplit', { ...onDesk, done: '/agent/tickets/{ticket.number}', notice: 'unsplit' }),
  )
  app.post('/agent/tickets/:number/parting', form('desk/part', { ...onDesk, notice: 'parted' }))
  app.post('/agent/tickets/:number/people', form('desk/add-participant', { ...onDesk, notice: 'participates' }))
  app.post(
    '/agent/tickets/:number/people/:user/removal',
    form('desk/remove-participant', { ...onDesk, notice: 'participatesNoLonger' }),
  )
  app.post('/agent/tickets/:number/links', form('desk/link', { ...onDesk, notice: 'linked' }))
  app.post('/agent/tickets/:number/links/:from/removal', form('desk/unlink', { ...onDesk, notice: 'unlinked' }))
  app.post('/agent/tickets/:number/notes', form('desk/note', { ...onDesk, keeps: 'desk/keep-note', notice: 'noted' }))
  app.post('/agent/tickets/:number/notes/draft', form('desk/keep-note', { ...onNote, notice: 'draftSaved' }))
  app.post('/agent/tickets/:number/notes/draft/removal', form('desk/drop-note', { ...onNote, notice: 'draftGone' }))
  app.post('/agent/tickets/:number/spam', form('desk/spam', { ...onDesk, notice: 'markedSpam' }))
  app.post('/agent/tickets/:number/status', form('desk/status', { ...onDesk, notice: 'saved' }))
  app.post('/agent/tickets/:number/assignee', form('desk/assign', { ...onDesk, notice: 'saved' }))
  app.get('/agent/tickets/:number/history', page('desk/events', { needs: 'ticket' }))
  app.get('/agent/held', page('desk/held', { fields: tabToHeld }))
  app.post('/agent/held/:number/release', form('desk/release', { ...onHeld, notice: 'released' }))
  app.post('/agent/held/:number/spam', form('desk/spam', { ...onHeld, notice: 'markedSpam' }))
  app.get('/agent/blocked', page('desk/blocked'))
  app.post('/agent/blocked', form('desk/block', { ...onBlocked, notice: 'senderBlocked' }))
  app.post('/agent/blocked/:sender/removal', form('desk/unblock', { ...onBlocked, notice: 'senderUnblocked' }))
  app.get('/agent/mail', page('inbox/mails', { fields: tabToOutcome }))
  app.get('/agent/mail/:id', page('inbox/mail', { needs: 'incomingMail' }))
  app.get('/agent/mail/:id/original', download(plaindesk.files, createDoorToMail(plaindesk).find))
  app.post('/agent/mail/:id/acceptance', form('inbox/accept', onMail))
  app.post('/agent/mail/:id/retry', form('inbox/retry', onMail))
  app.post('/agent/mail/:id/dismissal', form('inbox/dismiss', { ...onMail, notice: 'mailDismissed' }))
  app.post(
    '/agent/tickets/:number/participants/:proposal',
    form('inbox/let-participate', { ...onDesk, notice: 'participates' }),
  )
  app.post(
    '/agent/tickets/:number/participants/:proposal/removal',
    form('inbox/leave-out', { ...onDesk, notice: 'saved' }),
  )
  app.get('/agent/help/keys', page('desk/keys'))
  app.get('/agent/ratings', page('desk/ratings'))
  app.get('/agent/people', page('desk/people'))
  app.get('/agent/people/:id', page('desk/person', { needs: 'person.id', goesTo: toWhoTheyBecame }))
  app.post('/agent/people/:id/invitation', form('desk/invite', { ...onPerson, notice: 'invitationSent' }))
  app.post('/agent/people/:id/reset', form('desk/send-reset', { ...onPerson, notice: 'resetLinkSent' }))
  app.post('/agent/people/:id/membership', form('desk/put-back', { ...onPerson, notice: 'putBack' }))
  app.post('/agent/people/:id/delivery', form('desk/lift-block', { ...onPerson, notice: 'blockLifted' }))
  app.post('/agent/people/:id/view', form('desk/set-view', { ...onPerson, notice: 'saved' }))
  app.get('/agent/people/:id/merging', page('desk/merge-people', { needs: 'person.id' }))
  app.post(
    '/agent/people/:id/merging',
    form('desk/merge-person', {
      page: 'desk/merge-people',
      at: '/agent/people/{id}/merging',
      done: '/agent/people/{user.id}',
      notice: 'peopleMerged',
    }),
  )
  app.get('/agent/people/:id/organization', page('desk/person-organization', { needs: 'person.id' }))
  app.post(
    '/agent/people/:id/organization',
    form('desk/assign-organization', {
      ...onPerson,
      page: 'desk/person-organization',
      at: '/agent/people/{id}/organization',
      notice: 'saved',
    }),
  )
  app.get('/agent/list', page('desk/list', { fields: tabToStay }))
  app.post(
    '/agent/list/:id/membership',
    form('desk/put-back-here', {
      page: 'desk/list',
      at: '/agent/list',
      done: '/agent/list?tab=left',
      notice: 'putBack',
    }),
  )
  app.get('/agent/organizations', page('desk/organizations'))
  app.post(
    '/agent/organizations',
    form('desk/add-organization', {
      page: 'desk/organizations',
      at: '/agent/organizations',
      done: '/agent/organizations/{organization.id}',
    }),
  )
  app.get('/agent/organizations/:id', page('desk/organization', { needs: 'organization.id' }))
  app.post('/agent/organizations/:id', form('desk/rename-organization', { ...onOrganization, notice: 'saved' }))
  app.post('/agent/organizations/:id/domains', form('desk/save-domains', { ...onOrganization, notice: 'saved' }))
  app.post('/agent/organizations/:id/agreements', form('desk/save-agreement', { ...onOrganization, notice: 'saved' }))
  app.post(
    '/agent/organizations/:id/agreements/:agreement/removal',
    form('desk/remove-agreement', { ...onOrganization, notice: 'removed' }),
  )

  // Admins
  app.get('/admin', page('admin/staff'))
  app.post(
    '/admin/staff',
    form('admin/add-staff', { page: 'admin/staff', at: '/admin', done: '/admin', notice: 'staffAdded' }),
  )
  app.get('/admin/people/:id', page('admin/person', { needs: 'person.id' }))
  app.post('/admin/people/:id/role', form('admin/set-role', { ...onStaff, notice: 'saved' }))
  app.post('/admin/people/:id/second-factor', form('admin/reset-second-factor', { ...onStaff, notice: 'factorReset' }))
  app.post('/admin/people/:id/account', form('admin/disable', { ...onStaff, notice: 'saved' }))
  app.get('/admin/mailboxes', page('admin/mailboxes'))
  app.get('/admin/log', page('admin/log'))
  app.get('/admin/jobs', page('admin/jobs'))
  app.post('/admin/jobs', form('admin/run-job-again', { ...onJobs, notice: 'runsAgain' }))
  app.post('/admin/jobs/mails', form('admin/send-mail-again', { ...onJobs, notice: 'runsAgain' }))
  app.get('/admin/settings', page('admin/settings'))
  app.post(
    '/admin/settings',
    form('admin/save-settings', { page: 'admin/settings', at: '/admin/settings', done: turns.afterSettings }),
  )
  app.get('/admin/categories', page('admin/categories'))
  app.post('/admin/categories', form('admin/save-category', { ...onCategories, notice: 'saved' }))
  app.post('/admin/categories/:category/archival', form('admin/archive-category', { ...onCategories, notice: 'saved' }))
  app.get('/admin/canned-texts', page('admin/canned-texts'))
  app.post('/admin/canned-texts', form('admin/save-canned-text', { ...onCannedTexts, notice: 'saved' }))
  app.post(
    '/admin/canned-texts/:cannedText/archival',
    form('admin/archive-canned-text', { ...onCannedTexts, notice: 'archived' }),
  )
  app.get('/admin/tokens', page('admin/tokens'))
  app.post(
    '/admin/tokens',
    form('admin/make-token', { page: 'admin/tokens', at: '/admin/tokens', done: '/admin/tokens', tells: 'token' }),
  )
  app.post(
    '/admin/tokens/:token/revocation',
    form('admin/revoke-token', {
      page: 'admin/tokens',
      at: '/admin/tokens',
      done: '/admin/tokens',
      notice: 'tokenRevoked',
    }),
  )
  app.get('/admin/webhooks', page('admin/webhooks'))
  app.post(
    '/admin/webhooks',
    form('admin/add-webhook', {
      page: 'admin/webhooks',
      at: '/admin/webhooks',
      done: '/admin/webhooks',
      tells: 'secret',
    }),
  )
  app.get('/admin/webhooks/:id', page('admin/webhook', { needs: 'webhook.id' }))
  app.post('/admin/webhooks/:id', form('admin/save-webhook', { ...onWebhook, notice: 'webhookSaved' }))
  app.post('/admin/webhooks/:id/secret', form('admin/rotate-webhook-secret', { ...onWebhook, tells: 'secret' }))
  app.post(
    '/admin/webhooks/:id/removal',
    form('admin/remove-webhook', { ...onWebhook, done: '/admin/webhooks', notice: 'webhookRemoved' }),
  )
  app.post(
    '/admin/webhooks/:id/deliveries/:delivery/repetition',
    form('admin/resend-delivery', { ...onWebhook, notice: 'sentAgain' }),
  )

  // Programs, and who writes them: POST /graphql is mounted in app.ts
  app.use('/graphql', explorerPolicy)
  app.get('/graphql', page('api/explorer', { brings: explorerValues }))
  app.get('/explorer/:folder/:file', explorerFiles())
  app.get('/help/api', page('api/guide', { brings: guideTo(plaindesk.schema) }))
  app.get('/help/api/stability', page('api/stability'))
  app.get('/help/api/schema.graphql', schemaFile(printedSchema(plaindesk.schema)))
  app.get('/help/api/reference', page('api/reference', { goesTo: toLogIn }))
  app.get('/help/api/reference/:type', page('api/type', { needs: '__type', goesTo: toLogIn }))
  app.get('/help/api/:chapter', page('api/guide', { brings: guideTo(plaindesk.schema) }))
  app.post(
    '/uploads',
    uploads({
      ...plaindesk,
      viewerOf: async req => req.viewer,
      check: checkMayUpload,
      count: doorToFiles.count,
      keep: doorToFiles.keepOne,
    }),
  )

  // Development
  if (!config.production) app.use('/dev/mail', devMail(plaindesk, site.views))

  app.use(site.failures.notFound)
  app.use(site.failures.middleware)
}

/** Where the queue's form calls a field otherwise than the filter of the API. */
const queueFields = { search: 'words', requesterName: 'requester', organizationName: 'organization' }
const onTicket = { page: 'tickets/show', at: '/tickets/{number}' }
const onAddresses = { page: 'people/addresses', at: '/account/addresses', done: '/account/addresses' }
const onAccount = { page: 'people/account', at: '/account' }
const onTokens = { page: 'integrations/tokens', at: '/account/tokens', done: '/account/tokens' }
const onFactor = { page: 'people/second-factor', at: '/account/second-factor', done: '/account/second-factor' }
const onDesk = {
  page: 'desk/ticket',
  at: '/agent/tickets/{number}',
  done: '/agent/tickets/{number}',
  keepsTrail: true,
}
const onAnswer = { ...onDesk, done: '/agent/tickets/{ticket.number}#answer' }
const onNote = { ...onDesk, done: '/agent/tickets/{ticket.number}#note' }
const onSelection = { page: 'desk/bulk-new', at: '/agent/bulk/new', fields: toBulk, done: toProgress }
const onHeld = { page: 'desk/held', at: '/agent/held', done: '/agent/held' }
const onBlocked = { page: 'desk/blocked', at: '/agent/blocked', done: '/agent/blocked' }
const onMail = { page: 'inbox/mail', at: '/agent/mail/{id}', done: '/agent/mail/{id}' }
const onPerson = { page: 'desk/person', at: '/agent/people/{id}', done: '/agent/people/{id}' }
const onOrganization = {
  page: 'desk/organization',
  at: '/agent/organizations/{id}',
  done: '/agent/organizations/{id}',
}
const onCategories = { page: 'admin/categories', at: '/admin/categories', done: '/admin/categories' }
const onJobs = { page: 'admin/jobs', at: '/admin/jobs', done: '/admin/jobs' }
const onCannedTexts = { page: 'admin/canned-texts', at: '/admin/canned-texts', done: '/admin/canned-texts' }
const onWebhook = { page: 'admin/webhook', at: '/admin/webhooks/{id}', done: '/admin/webhooks/{id}' }
const onStaff = { page: 'admin/person', at: '/admin/people/{id}', done: '/admin/people/{id}' }
