// Every operation of the schema, called with input that is good in form and does no harm, and who may run it.

/** What somebody is answered: `ok` = it ran (and may find fault with the input), else the error's code. */
export type Outcome = 'ok' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'null'

/** Stranger, customer off the list, customer, agent, sales, admin. */
export type Outcomes = readonly [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]

export const askers = ['stranger', 'cem', 'ann', 'dana', 'sam', 'ada'] as const

const anyone: Outcomes = ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']
const signedIn: Outcomes = ['UNAUTHENTICATED', 'ok', 'ok', 'ok', 'ok', 'ok']
const withAccess: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'ok', 'ok', 'ok', 'ok']
const staff: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'ok', 'ok', 'ok']
const agents: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'ok', 'FORBIDDEN', 'ok']
const sales: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'ok', 'ok']
const admins: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'ok']
/** Of the team, with or without access. */
const colleagues: Outcomes = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'ok', 'ok', 'ok']
/** Works on a ticket that is not there: whoever may at all is told so. */
const missing = (outcomes: Outcomes): Outcomes =>
  outcomes.map(outcome => (outcome === 'ok' ? 'NOT_FOUND' : outcome)) as unknown as Outcomes

export interface Row {
  document: string
  variables?: object
  who: Outcomes
}

const NOWHERE = 99_999_999
const nobody = 'user_00000000-0000-7000-8000-000000000000'
const link = 'AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

const query = (field: string, who: Outcomes): Row => ({ document: `{ ${field} }`, who })

/** A mutation by its field's name; the input's type is named after it. */
const mutation = (name: string, input: object, who: Outcomes): Row => ({
  document: `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code field message } } }`,
  variables: { input },
  who,
})

export const queries: Record<string, Row> = {
  viewer: query('viewer { id name }', anyone),
  node: query(`node(id: "${nobody}") { id }`, withAccess),
  nodes: query(`nodes(ids: ["${nobody}"]) { id }`, withAccess),
  ticket: query(`ticket(number: ${NOWHERE}) { id }`, withAccess),
  tickets: query('tickets(first: 1) { nodes { number } }', withAccess),
  ticketCounts: query('ticketCounts { open done all }', withAccess),
  cannedTexts: query('cannedTexts { id name text }', staff),
  adminLog: query('adminLog(first: 1) { nodes { id type } }', admins),
  categories: query('categories { id name }', withAccess),
  link: query(`link(token: "${link}") { kind }`, withAccess),
  ratingRequest: query(`ratingRequest(token: "${link}") { isGiven }`, withAccess),
  ratings: query('ratings(first: 1) { nodes { score } }', staff),
  reportSwitch: query(`reportSwitch(token: "${link}") { isOn }`, withAccess),
  leaveLink: query(`leaveLink(token: "${link}") { state }`, withAccess),
  secondFactor: query('secondFactor { isOn }', signedIn),
  devices: query('devices { id isThis }', signedIn),
  access: query('access { granted }', signedIn),
  desk: query('desk { counts { open } }', ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'ok', 'ok', 'ok']),
  administration: query('administration { staff { id } }', admins),
  sales: query('sales { endingAgreements { id } }', sales),
  supportList: query('supportList(first: 1) { nodes { id user { name } } }', sales),
  supportListCounts: query('supportListCounts { members }', sales),
  people: query('people(first: 1) { nodes { id } }', staff),
  organizations: query('organizations(first: 1) { nodes { id } }', staff),
  settings: query('settings { name value source }', admins),
  mailDoors: query('mailDoors { listener }', admins),
  tokens: query('tokens { id name }', signedIn),
  webhooks: query('webhooks { id url }', admins),
  bulkChange: query(`bulkChange(id: "${nobody}") { id }`, staff),
  bulkChanges: query('bulkChanges(first: 1) { nodes { id } }', staff),
  bulkSelection: query(`bulkSelection(tickets: [${NOWHERE}]) { count }`, agents),
  savedViews: query('savedViews { name }', staff),
  incomingMails: query('incomingMails(first: 1) { nodes { id } }', agents),
  incomingMail: query(`incomingMail(id: "${nobody}") { id }`, agents),
  blockedSenders: query('blockedSenders(first: 1) { nodes { sender } }', agents),
  heldRequests: query('heldRequests(first: 1) { nodes { number } }', agents),
}

export const mutations: Record<string, Row> = {
  requestTicket: mutation('requestTicket', { name: '', email: '', subject: '', message: '' }, anyone),
  register: mutation('register', { name: '', email: '' }, anyone),
  setPassword: mutation(
    'setPassword',
    { token: link, name: 'x', password: 'a long walk home', passwordConfirm: 'a long walk home' },
    anyone,
  ),
  forgotPassword: mutation('forgotPassword', { email: '' }, anyone),
  resetPassword: mutation(
    'resetPassword',
    { token: link, password: 'a long walk home', passwordConfirm: 'a long walk home' },
    anyone,
  ),
  confirmList: mutation('confirmList', { token: link }, anyone),
  leaveList: mutation('leaveList', { token: link }, anyone),
  undoLeave: mutation('undoLeave', { token: link }, anyone),
  confirmAddress: mutation('confirmAddress', { token: link }, signedIn),
  joinList: mutation('joinList', {}, ['UNAUTHENTICATED', 'ok', 'ok', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']),
  createTicket: mutation('createTicket', { subject: '', message: '' }, withAccess),
  commentOnTicket: mutation('commentOnTicket', { number: NOWHERE, message: 'x' }, missing(withAccess)),
  saveView: mutation('saveView', { name: '' }, staff),
  changeView: mutation('changeView', { view: nobody }, missing(staff)),
  removeView: mutation('removeView', { view: nobody }, missing(staff)),
  changeTickets: mutation('changeTickets', { tickets: [NOWHERE], status: 'OPEN' }, agents),
  undoBulkChange: mutation('undoBulkChange', { bulkChange: nobody }, missing(agents)),
  mergeTickets: mutation('mergeTickets', { number: NOWHERE, into: NOWHERE }, missing(agents)),
  addParticipant: mutation('addParticipant', { number: NOWHERE, address: 'x@x.example' }, missing(agents)),
  removeParticipant: mutation('removeParticipant', { number: NOWHERE, user: nobody }, missing(agents)),
  linkTickets: mutation('linkTickets', { number: NOWHERE, to: NOWHERE + 1 }, missing(agents)),
  unlinkTickets: mutation('unlinkTickets', { number: NOWHERE, from: NOWHERE }, missing(agents)),
  splitTicket: mutation('splitTicket', { number: NOWHERE, messages: [] }, missing(agents)),
  unsplitTicket: mutation('unsplitTicket', { number: NOWHERE }, missing(agents)),
  unmergeTicket: mutation('unmergeTicket', { number: NOWHERE }, missing(agents)),
  saveDraft: mutation('saveDraft', { number: NOWHERE, kind: 'ANSWER', message: 'x' }, missing(agents)),
  discardDraft: mutation('discardDraft', { number: NOWHERE, kind: 'NOTE' }, missing(agents)),
  lookAtTicket: mutation('lookAtTicket', { number: NOWHERE }, missing(agents)),
  moveMessage: mutation('moveMessage', { message: nobody }, missing(agents)),
  takeBackMessage: mutation('takeBackMessage', { message: nobody }, missing(agents)),
  noteOnTicket: mutation('noteOnTicket', { number: NOWHERE, message: 'x' }, missing(agents)),
  markTicketDone: mutation('markTicketDone', { number: NOWHERE }, missing(withAccess)),
  reopenTicket: mutation('reopenTicket', { number: NOWHERE }, missing(withAccess)),
  updateTicket: mutation('updateTicket', { number: NOWHERE, status: 'OPEN' }, missing(agents)),
  rateTicket: mutation('rateTicket', { token: link, score: 'GOOD' }, anyone),
  stopWeeklyReport: mutation('stopWeeklyReport', { token: link }, anyone),
  updateAccount: mutation('updateAccount', { name: '' }, signedIn),
  changePassword: mutation('changePassword', { currentPassword: 'x', password: 'y', passwordConfirm: 'z' }, signedIn),
  changeAddress: mutation('changeAddress', { email: 'x', currentPassword: 'x' }, signedIn),
  beginSecondFactor: mutation('beginSecondFactor', { currentPassword: 'x' }, colleagues),
  confirmSecondFactor: mutation('confirmSecondFactor', { code: '000000' }, missing(colleagues)),
  renewRecoveryCodes: mutation('renewRecoveryCodes', { currentPassword: 'x' }, colleagues),
  removeSecondFactor: mutation('removeSecondFactor', { currentPassword: 'x' }, colleagues),
  resetSecondFactor: mutation('resetSecondFactor', { user: nobody }, admins),
  mergePeople: mutation('mergePeople', { user: nobody, into: nobody }, missing(sales)),
  addAddress: mutation('addAddress', { email: 'x', currentPassword: 'x' }, signedIn),
  removeAddress: mutation('removeAddress', { address: 'x' }, signedIn),
  makeAddressPrimary: mutation('makeAddressPrimary', { address: 'x', currentPassword: 'x' }, signedIn),
  signOutElsewhere: mutation('signOutElsewhere', {}, signedIn),
  closeAccount: mutation('closeAccount', { currentPassword: 'x' }, [
    'UNAUTHENTICATED',
    'ok',
    'ok',
    'FORBIDDEN',
    'FORBIDDEN',
    'FORBIDDEN',
  ]),
  releaseRequest: mutation('releaseRequest', { number: NOWHERE }, missing(agents)),
  markAsSpam: mutation('markAsSpam', { number: NOWHERE }, missing(agents)),
  blockSender: mutation('blockSender', { sender: 'no sender' }, agents),
  unblockSender: mutation('unblockSender', { sender: nobody }, missing(agents)),
  retryMail: mutation('retryMail', { mail: nobody }, missing(agents)),
  acceptMail: mutation('acceptMail', { mail: nobody }, missing(agents)),
  dismissMail: mutation('dismissMail', { mail: nobody }, missing(agents)),
  acceptParticipant: mutation('acceptParticipant', { proposal: nobody }, missing(agents)),
  declineParticipant: mutation('declineParticipant', { proposal: nobody }, missing(agents)),
  resendInvitation: mutation('resendInvitation', { user: nobody }, missing(staff)),
  sendResetLink: mutation('sendResetLink', { user: nobody }, missing(staff)),
  liftDeliveryBlock: mutation('liftDeliveryBlock', { user: nobody }, missing(staff)),
  putBackOnList: mutation('putBackOnList', { user: nobody }, missing(sales)),
  createOrganization: mutation('createOrganization', { name: '' }, sales),
  updateOrganization: mutation('updateOrganization', { organization: nobody, name: 'x' }, missing(sales)),
  saveAgreement: mutation(
    'saveAgreement',
    { organization: nobody, from: '2026-01-01', portalAccess: true },
    missing(sales),
  ),
  saveDomains: mutation('saveDomains', { organization: nobody, domains: [], joins: false }, missing(sales)),
  removeAgreement: mutation('removeAgreement', { agreement: nobody }, missing(sales)),
  assignOrganization: mutation('assignOrganization', { user: nobody, organization: nobody }, missing(sales)),
  saveCategory: mutation('saveCategory', { nameEn: '', nameDe: '' }, admins),
  archiveCategory: mutation('archiveCategory', { category: nobody, archived: true }, missing(admins)),
  runJobAgain: mutation('runJobAgain', { job: '0' }, missing(admins)),
  sendMailAgain: mutation('sendMailAgain', { mail: nobody }, missing(admins)),
  saveCannedText: mutation('saveCannedText', { name: '', text: '' }, admins),
  archiveCannedText: mutation('archiveCannedText', { cannedText: nobody }, missing(admins)),
  setOrganizationView: mutation('setOrganizationView', { user: nobody, seesOrganization: true }, missing(sales)),
  saveSettings: mutation('saveSettings', {}, admins),
  createStaff: mutation('createStaff', { name: '', email: '', role: 'AGENT' }, admins),
  updateStaff: mutation('updateStaff', { user: nobody, role: 'AGENT' }, admins),
  disablePerson: mutation('disablePerson', { user: nobody, disabled: true }, admins),
  createWebhook: mutation('createWebhook', { url: '', events: [] }, admins),
  updateWebhook: mutation('updateWebhook', { webhook: nobody }, missing(admins)),
  rotateWebhookSecret: mutation('rotateWebhookSecret', { webhook: nobody }, missing(admins)),
  removeWebhook: mutation('removeWebhook', { webhook: nobody }, missing(admins)),
  resendDelivery: mutation('resendDelivery', { delivery: nobody }, missing(admins)),
  createToken: mutation('createToken', { name: 'x', scopes: ['TICKETS_READ'], expiresInDays: 1 }, withAccess),
  revokeToken: mutation('revokeToken', { token: nobody }, missing(signedIn)),
}

export const subscriptions: Record<string, Row> = {
  ticketChanged: { document: 'subscription { ticketChanged { cursor } }', who: withAccess },
  messageAdded: { document: 'subscription { messageAdded { cursor } }', who: withAccess },
}
