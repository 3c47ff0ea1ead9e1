// Product §9: what people, programs and broken lines post, and what they are answered.
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type Entry, multipart } from '../kit/body.ts'
import type { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import type { Form } from '../kit/form.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, anew, stranger, sql, mailsTo, newcomer, settled, mailTo } = await world()

const requestForm = async (browser: Browser = stranger()) => (await browser.visit('/tickets/new')).form('Send request')
const good = { name: 'Gus', email: 'gus@input.example', subject: 'Fine', message: 'All well' }
const counted = async (table: string) => Number((await sql(`select count(*) from ${table}`))[0]?.count)

async function commentForm(browser: Browser, subject = 'Comment here'): Promise<Form> {
  await (await requestForm(browser)).fill({ subject, message: 'First' }).submit()
  return (await (await browser.visit('/tickets')).follow(subject)).form('Send comment')
}

describe('fields of the request form', () => {
  test('§9: empty and unusable fields come back with 422, a summary, a message each and the typed text', async () => {
    const page = await (await requestForm())
      .fill({ name: 'Gus', email: 'not an address', message: 'Kept text' })
      .submit()
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Error:/)
    expect(page.errors.length).toBe(2)
    expect(
      page
        .$('[aria-invalid=true]')
        .toArray()
        .map(each => page.$(each).attr('name')),
    ).toEqual(['email', 'subject'])
    const again = page.form('Send request')
    expect([again.value('name'), again.value('email'), again.value('message')]).toEqual([
      'Gus',
      'not an address',
      'Kept text',
    ])
    await expectGoodPage(page)
  })

  test('§9: the messages are in the language of the reader', async () => {
    const browser = stranger()
    browser.languages = 'de-DE,de;q=0.9'
    const page = await (await browser.visit('/tickets/new')).form('Anfrage senden').submit()
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Fehler:/)
    // All at once, in the order of the page.
    expect(page.errors).toEqual([
      'Geben Sie einen Namen ein.',
      'Geben Sie Ihre E-Mail-Adresse ein.',
      'Schreiben Sie in einer Zeile, worum es geht.',
      'Schreiben Sie eine Nachricht.',
    ])
  })

  test.each([
    ['a subject of 201 characters', { subject: 'x'.repeat(201) }],
    ['a message of 100,001 characters', { message: 'x'.repeat(100_001) }],
    ['a megabyte in one line', { message: 'x'.repeat(1024 ** 2) }],
    ['an address of 300 characters', { email: `${'x'.repeat(290)}@a.example` }],
    ['an address with a line break', { email: 'a@b.example\r\nBcc: c@d.example' }],
    ['a category that is none', { category: 'category_00000000-0000-0000-0000-000000000000' }],
    ['a category of another kind', { category: 'user_1' }],
  ])('§9: %s is refused, and the rest is kept (ASVS 2.2.1, 2.2.2)', async (_what, bad) => {
    const before = await counted('ticket')
    const page = await (await requestForm()).fill(good).smuggle(bad).submit()
    expect(page.status).toBe(422)
    expect(page.errors.length).toBe(1)
    expect(page.form('Send request').value('name')).toBe('Gus')
    expect(await counted('ticket')).toBe(before)
  })

  test('§9: control characters, overrides of the reading direction and markup are stored cleanly and never run (ASVS 1.2.1, 3.2.2)', async () => {
    const browser = anew('bo')
    const nasty =
      'NUL:\u0000 bell:\u0007 rtl:\u202Eevil\u202C <script>alert(1)</script> <img src=x onerror=alert(1)> & "quoted" {{name}} <%= 1 %>'
    await (await requestForm(browser)).fill({ subject: nasty.slice(0, 150), message: `${nasty}\n\nsecond` }).submit()
    const [ticket] = await sql(
      `select t.number, t.subject, m.text from ticket t join message m on m.ticket_id = t.id order by t.number desc limit 1`,
    )
    for (const text of [ticket?.subject, ticket?.text]) {
      expect(text).toContain('evil')
      expect(text).toContain('<script>alert(1)</script>')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be gone
      expect(text).not.toMatch(/[\u0000\u0007\u202A-\u202E\u2066-\u2069]/)
    }
    for (const path of ['/tickets', `/tickets/${ticket?.number}`]) {
      const page = await browser.visit(path)
      await expectGoodPage(page)
      expect(page.text).toContain('<script>alert(1)</script>')
    }
    await expectGoodPage(await as('dana').visit(`/agent/tickets/${ticket?.number}`))
    await settled()
  })

  test('§9: what is typed is read once and written for its place at the very end: escapes and codes stay what they are (ASVS 1.1.1, 1.1.2, 1.2.3, 1.3.5)', async () => {
    const text =
      '%3Cb%3E %253Cb%253E &lt;b&gt; &amp;lt; \\u003cb\\u003e "x" </script> **b** [b](javascript:alert(1)) [b]b[/b] <%= 6 * 7 %> {{name}} {color:red}'
    const browser = anew('bo')
    const subject = text.slice(0, 100)
    await (await requestForm(browser)).fill({ subject, message: text }).submit()
    const [row] = await sql(
      'select t.number, t.subject, m.text from ticket t join message m on m.ticket_id = t.id order by t.number desc limit 1',
    )
    expect([row?.subject, row?.text]).toEqual([subject, text])
    const page = await browser.visit(`/tickets/${row?.number}`)
    expect([page.heading, page.texts('.text')]).toEqual([expect.stringContaining(subject), [text]])
    expect(page.$('main b, main a[href^="javascript:"]').length).toBe(0)
    const { data } = await browser.graphql(
      'query ($number: Int!) { ticket(number: $number) { subject messages(first: 1) { nodes { text } } } }',
      { number: row?.number },
    )
    expect([data.ticket.subject, data.ticket.messages.nodes[0].text]).toEqual([subject, text])
    expect((await mailTo(people.dana.email, /color:red/)).text).toMatch(/&lt;b&gt;\s+&amp;lt;/)
    const q = '%3Cb%3E &lt;'
    const found = await browser.visit(`/tickets?q=${encodeURIComponent(q)}`)
    expect(found.$('input[name=q]').attr('value')).toBe(q)
  })

  test('§9: bytes that are no UTF-8 and lone surrogates do no harm', async () => {
    const form = await requestForm()
    const { method, url: to, body } = form.fill(good).submission()
    const broken = Buffer.concat([body?.content ?? Buffer.alloc(0)])
    const at = broken.indexOf('All well')
    broken[at] = 0xff
    broken[at + 1] = 0xc0
    const page = await stranger().send({ method, url: to, body: body && { ...body, content: broken } }, null)
    expect([303, 403, 422, 200]).toContain(page.redirects[0]?.status ?? page.status)
    const ann = await anew('ann').graphql(
      'mutation ($s: String!) { createTicket(input: { subject: $s, message: "x" }) { ticket { subject } userErrors { code } } }',
      { s: 'lone \ud800 surrogate' },
    )
    expect(ann.code).toBeNull()
    expect(ann.data.createTicket.ticket?.subject ?? '').not.toMatch(/[\ud800-\udfff]/)
  })
})

describe('sent twice', () => {
  test('§9: two identical requests at once make one ticket, one receipt and one answer', async () => {
    const browser = stranger()
    const form = (await requestForm(browser)).fill({ ...good, email: 'twice@input.example' })
    const submission = form.submission()
    const [one, two] = await Promise.all([browser.send(submission, null), browser.send(submission, null)])
    expect(one?.path).toMatch(/received\/\d+/)
    expect(two?.path).toBe(one?.path)
    expect(await mailsTo('twice@input.example')).toHaveLength(1)
    const again = await browser.send(submission, null) // reload
    expect(again.path).toBe(one?.path)
    expect(
      await sql(`select 1 from ticket t join person p on p.id = t.requester_id where p.email = 'twice@input.example'`),
    ).toHaveLength(1)
  })

  test('§9: two identical comments with a file at once make one comment with one file', async () => {
    const { browser } = await newcomer()
    const form = (await commentForm(browser))
      .fill({ message: 'Only once' })
      .attach('attachments', { filename: 'once.txt', content: 'once' })
    const submission = form.submission()
    const pages = await Promise.all([1, 2, 3].map(() => browser.send(submission, null)))
    expect(pages.map(page => page.status)).toEqual([200, 200, 200])
    expect(pages[0]?.main.split('Only once').length).toBe(2)
    expect(pages[0]?.texts('main a').filter(each => each === 'once.txt')).toHaveLength(1)
  })

  test('§9: the same key with other words is a conflict, and nothing is written', async () => {
    const { browser } = await newcomer()
    const form = await commentForm(browser)
    await form.fill({ message: 'Said first' }).submit()
    const page = await form.fill({ message: 'Said second' }).submit()
    expect(page.status).toBe(422)
    expect((await sql(`select 1 from message where text = 'Said second'`)).length).toBe(0)
  })
})

describe('forged', () => {
  test.each([
    ['without a token', (form: Form) => form.without('_csrf')],
    ['with a token that is none', (form: Form) => form.smuggle({ _csrf: 'forged' })],
    ['with an empty token', (form: Form) => form.smuggle({ _csrf: '' })],
  ])('§9: a form %s is answered by 403; the typed text is kept and can be sent again', async (_how, forge) => {
    const { browser } = await newcomer()
    const form = (await commentForm(browser)).fill({ message: 'Please keep me' })
    const page = await forge(form).submit()
    expect(page.status).toBe(403)
    await expectGoodPage(page)
    expect((await sql(`select 1 from message where text = 'Please keep me'`)).length).toBe(0)
    const sent = await page.form(/.*/, /comments/).submit()
    expect(sent.status).toBe(200)
    expect(sent.main).toContain('Please keep me')
    await sql(`delete from message where text = 'Please keep me'`)
  })

  test("§9: somebody else's token is not good", async () => {
    const { browser } = await newcomer()
    const token = (await requestForm(stranger())).value('_csrf') ?? ''
    expect((await (await commentForm(browser)).fill({ message: 'x' }).smuggle({ _csrf: token }).submit()).status).toBe(
      403,
    )
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example', 'sec-fetch-site': '' },
  ])('§5: a form that another site sends (%o) is refused and shows nothing of what it brought', async headers => {
    const { browser } = await newcomer()
    const { url: to, body } = (await commentForm(browser)).fill({ message: 'From elsewhere' }).submission()
    const clean = Object.fromEntries(Object.entries(headers).filter(([, value]) => value))
    const answer = await browser.raw(
      'POST',
      to.pathname,
      { 'content-type': body?.contentType ?? '', ...clean },
      body?.content,
    )
    expect(answer.status).toBe(403)
    expect(answer.body.toString()).not.toContain('From elsewhere')
  })

  test('§9: fields that a form does not have change nothing (ASVS 15.3.3)', async () => {
    const { browser, email } = await newcomer()
    await (await requestForm(browser))
      .fill({ subject: 'Mine', message: 'Own words' })
      .smuggle({
        email: people.eve.email,
        name: 'Eve',
        requesterEmail: people.eve.email,
        requester: 'user_1',
        status: 'CLOSED',
        priority: 'URGENT',
      })
      .submit()
    const [ticket] = await sql(
      `select p.email, t.status, t.priority, t.number from ticket t join person p on p.id = t.requester_id where t.subject = 'Mine'`,
    )
    expect(ticket).toMatchObject({ email, status: 'NEW', priority: 'NORMAL' })

    const [foreign] = await sql(
      `select number from ticket t join person p on p.id = t.requester_id where p.email = $1 limit 1`,
      [people.eve.email],
    )
    const form = (await browser.visit(`/tickets/${ticket?.number}`)).form('Send comment')
    await form
      .fill({ message: 'Aimed elsewhere' })
      .smuggle({ number: String(foreign?.number), status: 'DONE', visibility: 'INTERNAL' })
      .submit()
    const [comment] = await sql(
      `select t.number, m.visibility, t.status from message m join ticket t on t.id = m.ticket_id where m.text = 'Aimed elsewhere'`,
    )
    expect(comment).toEqual({ number: ticket?.number, visibility: 'PUBLIC', status: 'NEW' })
  })

  test('§9: of what is said twice one counts, the same one for every rule: the path, else the last (ASVS 15.3.7)', async () => {
    const { browser, email } = await newcomer()
    const forgotten = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
    await forgotten.smuggle({ email: [people.eve.email, email] }).submit()
    const resets = async (address: string) =>
      (await mailsTo(address)).filter(mail => /\/password\/reset\//.test(mail.text)).length
    expect([await resets(people.eve.email), await resets(email)]).toEqual([0, 1])

    const logIn = (await stranger().visit('/login')).form('Log in')
    const both = await logIn.smuggle({ email: [people.eve.email, email], password }).submit()
    expect([both.status, both.path]).toEqual([422, '/login'])

    const form = await commentForm(browser, 'Said twice')
    const { url: to, body } = form
      .fill({ message: 'Only here' })
      .smuggle({ number: ['10001', '10002'] })
      .submission()
    const asked = `${to.pathname}?number=10001&number=10002&message=No`
    expect((await browser.post(asked, body)).main).toContain('Only here')
    const rows = await sql(
      `select t.subject from message m join ticket t on t.id = m.ticket_id where m.text in ('Only here', 'No')`,
    )
    expect(rows).toEqual([{ subject: 'Said twice' }])
  })

  test('§9: a value of another type is refused and not taken for one (ASVS 15.3.5)', async () => {
    const done = 'mutation ($number: Int!) { markTicketDone(input: { number: $number }) { userErrors { code } } }'
    for (const number of ['10001', true, [10001], { valueOf: 10001 }, 10001.5, null])
      expect((await as('ann').graphql(done, { number })).code, JSON.stringify(number)).toBe('BAD_USER_INPUT')
    const search = 'query ($q: String) { tickets(first: 1, filter: { search: $q }) { nodes { number } } }'
    for (const q of [5, true, ['x'], { $gt: '' }])
      expect((await as('ann').graphql(search, { q })).code, JSON.stringify(q)).toBe('BAD_USER_INPUT')
    const browser = stranger()
    const _csrf = (await browser.visit('/login')).form('Log in').value('_csrf')
    const json = JSON.stringify({ _csrf, email: { $gt: '' }, password: { $gt: '' } })
    expect((await browser.raw('POST', '/login', { 'content-type': 'application/json' }, json)).status).toBe(403)
  })

  test('§9: the set-password page takes no address, role or number', async () => {
    await (await requestForm()).fill({ ...good, email: 'fixed@input.example', subscribe: true }).submit()
    const link = (await mailTo('fixed@input.example', /password\/set/)).link(/password\/set/)
    const browser = stranger()
    const form = (await browser.visit(link)).form('Save password')
    const page = await form
      .fill({ password, passwordConfirm: password })
      .smuggle({ email: 'other@input.example', role: 'ADMIN', user: 'user_1' })
      .submit()
    expect(page.path).toBe('/tickets')
    expect(
      (await sql(`select role, confirmed_at is not null as ready from person where email = 'fixed@input.example'`))[0],
    ).toEqual({ role: 'CUSTOMER', ready: true })
    expect(await sql(`select 1 from person where email = 'other@input.example'`)).toEqual([])
  })
})

describe('files', () => {
  const storedFiles = async () => Number((await sql('select count(*) from attachment'))[0]?.count)

  test.each([
    [
      'a file of 26 MB',
      () => [{ filename: 'huge.bin', content: Buffer.alloc(26 * 1024 ** 2, 1) }],
      /huge\.bin.*25|25.*huge\.bin/,
    ],
    ['an empty file', () => [{ filename: 'nothing.txt', content: '' }], /nothing\.txt/],
    ['eleven files', () => Array.from({ length: 11 }, (_, i) => ({ filename: `f${i}.txt`, content: 'x' })), /10/],
    ['200 files', () => Array.from({ length: 200 }, (_, i) => ({ filename: `f${i}.txt`, content: 'x' })), /10/],
    [
      '60 MB together',
      () =>
        Array.from({ length: 3 }, (_, i) => ({ filename: `part${i}.bin`, content: Buffer.alloc(20 * 1024 ** 2, 1) })),
      /50/,
    ],
  ])(
    '§9: %s: 422 names file and limit, the message is kept, nothing is stored (ASVS 5.2.1)',
    async (_what, files, message) => {
      const { browser } = await newcomer()
      const form = (await commentForm(browser)).fill({ message: 'With too much' })
      const before = await storedFiles()
      for (const file of files()) form.attach('attachments', file)
      const page = await form.submit()
      expect(page.status).toBe(422)
      expect(page.errors.join(' ')).toMatch(message)
      expect(page.form('Send comment').value('message')).toBe('With too much')
      expect(await storedFiles()).toBe(before)
      await expectGoodPage(page)
    },
  )

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['a\u202Egpj.exe', 'agpj.exe'],
    ['<img src=x>.html', /\.html/],
    [`${'x'.repeat(300)}.txt`, /^x{10,}.*\.txt$/],
    ['Ünï çödé 日本.txt', 'Ünï çödé 日本.txt'],
  ])('§9: a file called “%s” is kept under a harmless name (ASVS 1.3.3)', async (filename, expected) => {
    const { browser } = await newcomer()
    const page = await (await commentForm(browser))
      .attach('attachments', { filename, content: '<script>alert(1)</script>', contentType: 'text/html' })
      .submit()
    expect(page.status).toBe(200)
    const [row] = await sql('select filename, content_type from attachment order by created_at desc, id desc limit 1')
    if (typeof expected === 'string') expect(row?.filename).toBe(expected)
    else expect(row?.filename).toMatch(expected)
    expect(row?.filename).not.toMatch(/[/\\\u202E]/)
    await expectGoodPage(page)
  })

  test('§9: HTML and SVG are downloaded, never shown; a lie about the type is not believed (ASVS 1.3.4, 3.2.1)', async () => {
    const { browser } = await newcomer()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const page = await (await commentForm(browser))
      .attach('attachments', { filename: 'a.svg', content: svg, contentType: 'image/png' })
      .attach('attachments', {
        filename: 'b.png',
        content: '<html><script>alert(1)</script></html>',
        contentType: 'image/png',
      })
      .submit()
    for (const name of ['a.svg', 'b.png']) {
      const file = await page.follow(name)
      expect(file.header('x-content-type-options')).toBe('nosniff')
      expect(file.header('content-security-policy')).toContain('sandbox')
      expect(file.header('content-type')).not.toMatch(/image\/png/)
      if (!/^text\/plain/.test(file.header('content-type')))
        expect(file.header('content-disposition')).toMatch(/^attachment/)
    }
  })

  test('§9: a body that is cut off half way stores nothing and harms nobody', async () => {
    const { browser } = await newcomer()
    const form = (await commentForm(browser))
      .fill({ message: 'Cut off' })
      .attach('attachments', { filename: 'long.bin', content: Buffer.alloc(3_000_000, 7) })
    const before = await storedFiles()
    const { url: to, body } = form.submission()
    const content = body?.content ?? Buffer.alloc(0)
    await hangUp(
      to,
      { cookie: browser.jar.header(to), 'content-type': body?.contentType ?? '' },
      content.length,
      content.subarray(0, 1_000_000),
    )
    const answer = await browser.raw(
      'POST',
      to.pathname,
      { 'content-type': body?.contentType ?? '' },
      content.subarray(0, 1_000_000),
    )
    expect(answer.status).toBe(422)
    expect(answer.body.toString()).toContain('Cut off')
    expect(await storedFiles()).toBe(before)
    expect((await sql(`select 1 from message where text = 'Cut off'`)).length).toBe(0)
    const sent = await form.submit()
    expect(sent.main).toContain('Cut off')
  })

  test('§5: nothing of a body is stored before its token is checked', async () => {
    const before = await storedFiles()
    const file = { filename: 'x.bin', content: Buffer.alloc(100_000, 1) }
    const forged = multipart([
      ['attachments', file],
      ['subject', 'x'],
      ['message', 'x'],
      ['_csrf', 'late'],
    ])
    expect((await stranger().post('/tickets/new', forged)).status).toBe(403)
    expect(await storedFiles()).toBe(before)
  })

  test.each([
    ['no boundary', 'multipart/form-data', 'hello'],
    ['nonsense', 'multipart/form-data; boundary=x', 'this is not multipart'],
    ['an encoding that is none of ours', 'application/xml', '<a/>'],
    ['nothing', 'application/x-www-form-urlencoded', ''],
    ['5,000 fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(5000)],
    ['brackets', 'application/x-www-form-urlencoded', 'subject[__proto__][x]=1&message[]=2'],
  ])('§9: a body of %s is refused without a stack trace', async (_what, type, content) => {
    const page = await stranger().post('/tickets/new', { contentType: type, content: Buffer.from(content) })
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.status).toBeLessThan(500)
    expect(page.html).not.toMatch(/at \w+ \(|node_modules|\.ts:/)
    await expectGoodPage(page)
  })
})

describe('found by fuzzing', () => {
  const sent = async (browser: Browser, path: string, ...entries: Entry[]) => {
    const page = await browser.visit('/account')
    return browser.post(path, multipart([['_csrf', page.form(/.*/, '/logout').value('_csrf') ?? ''], ...entries]))
  }

  test('§9: a part of a form in a charset that nobody knows is a mistake of the sender', async () => {
    const { browser } = await newcomer()
    const part = { filename: '', content: 'aaaa', contentType: 'text/plain; charset=utf-7' }
    const page = await sent(browser, '/account', ['attachments', part])
    expect(page.status).toBe(400)
    await expectGoodPage(page)
  })

  test('§9: files with a form that takes none are passed over, whatever is wrong with them', async () => {
    const before = await counted('attachment')
    const file = (content: string): Entry => ['attachments', { filename: 'x.txt', content }]
    for (const content of ['', 'x']) {
      const page = await sent(as('sam'), '/list/join', file(content))
      expect([page.status, page.redirects]).toEqual([403, []])
    }
    expect(await counted('attachment')).toBe(before)
  })

  test('§9: what is typed comes back without control characters and turned reading', async () => {
    const page = await (await requestForm())
      .fill({ ...good, email: 'x' })
      .smuggle({ name: 'N\0\u0007\u202Eil' })
      .submit()
    expect([page.status, page.form('Send request').value('name')]).toEqual([422, 'Nil'])
    await expectGoodPage(page)
  })
})

describe('the session ended while typing', () => {
  test('§5, §9: 422 with the log-in form; after log-in the form is shown filled in, and sent only by a click', async () => {
    const { browser, email } = await newcomer()
    const form = (await commentForm(browser, 'Long text')).fill({ message: 'An hour of typing' })
    await sql('delete from session where user_id = (select id from person where email = $1)', [email])
    const login = await form.submit()
    expect(login.status).toBe(422)
    expect(login.html).not.toContain('value="plaindesk-example"')
    const back = await login.form('Log in').fill({ email, password }).submit()
    expect(back.form('Send comment').value('message')).toBe('An hour of typing')
    expect((await sql(`select 1 from message where text = 'An hour of typing'`)).length).toBe(0)
    const sent = await back.form('Send comment').submit()
    expect(sent.main).toContain('An hour of typing')
  })
})

/** Announces a whole body, sends a part and hangs up. */
function hangUp(to: URL, headers: Record<string, string>, length: number, part: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(to.port), to.hostname, () => {
      const head = Object.entries({ host: to.host, 'content-length': String(length), ...headers }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      )
      socket.write(`POST ${to.pathname} HTTP/1.1\r\n${head.join('')}\r\n`)
      socket.write(part, () => setTimeout(() => socket.destroy(), 50))
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}
