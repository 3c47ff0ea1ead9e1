// §4 "Admin": the settings that need no restart (§7: each in the environment or on the admin's page).
import type { ChildProcess } from 'node:child_process'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { bounds, names, variables } from '../../src/settings/adjustable.ts'
import { Browser } from '../kit/browser.ts'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { Wire } from '../kit/http.ts'
import { serve } from '../kit/serve.ts'
import { world } from '../world.ts'

const { as, stranger, sql, token, api, plaindesk, clock, mailTo, newcomer } = await world({
  UNDO_SECONDS: '',
  FORM_MIN_SECONDS: '',
})
const path = '/admin/settings'
const save = async (wish: Record<string, string>, own = password) =>
  (await as('ada').visit(path))
    .form('Save settings')
    .fill({ ...wish, currentPassword: own })
    .submit()
const document = `mutation ($input: SaveSettingsInput!) { saveSettings(input: $input) {
  settings { name value source changedBy { name } } userErrors { code field message } } }`
const stored = async () =>
  Object.fromEntries((await sql('select name, value from setting')).map(({ name, value }) => [name, value]))
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

describe('on the page', () => {
  test('§4: each setting stands with its default, and one of the environment is fixed', async () => {
    const page = await as('ada').visit(path)
    await expectGoodPage(page)
    expect(page.main).toContain('AUTO_CLOSE_DAYS · default: 21')
    expect(page.main).toContain('FORM_LIMIT · set in the environment')
    expect(page.$('[name=formLimit]').length).toBe(0)
    expect(page.$('[name=autoCloseDays]').length).toBe(1)
    for (const variable of variables) expect(page.main, variable).toContain(variable)
    expect(page.main).toContain('SESSION_SECRET')
  })

  test('§4: an admin changes some, and the next page, its foot and the log say so', async () => {
    const saved = await save({
      brandName: 'Nordlicht',
      imprintUrl: 'https://nord.example/imprint',
      autoCloseDays: '14',
    })
    expect(saved.texts('[role=status]')).toEqual(['Your changes have been saved.'])
    expect(saved.title).toContain('Nordlicht')
    expect(saved.main).toMatch(/AUTO_CLOSE_DAYS · default: 21 · chosen by Ada Arndt, /)
    expect(saved.$('[name=autoCloseDays]').val()).toBe('14')
    await expectGoodPage(saved)
    const welcome = await stranger().visit('/')
    expect(welcome.link('Imprint')).toBe('https://nord.example/imprint')
    const log = (await as('ada').visit('/admin/log')).texts('tbody tr')
    expect(log.slice(0, 3).join('\n')).toMatch(/changed a setting AUTO_CLOSE_DAYS ?21 → 14/)
    expect(log.slice(0, 3).join('\n')).toMatch(/changed a setting BRAND_NAME ?Plaindesk → Nordlicht/)
    expect(log.slice(0, 3).join('\n')).toMatch(/changed a setting IMPRINT_URL ?https:\/\/nord.example\/imprint/)
  })

  test('§7: not without the admin’s own password', async () => {
    for (const wrong of ['', 'not the password']) {
      const page = await save({ brandName: 'Taken over' }, wrong)
      expect(page.status).toBe(422)
      expect(page.$('#currentPassword').attr('aria-invalid')).toBe('true')
      expect(page.$('[name=brandName]').val()).toBe('Taken over')
      await expectGoodPage(page)
    }
    expect((await stored()).BRAND_NAME).toBe('Nordlicht')
  })

  test('§9: what a setting may not be comes back at its field, and nothing of the rest is saved', async () => {
    const before = await stored()
    const page = await save({ autoCloseDays: '0', privacyUrl: 'nowhere', remindDays: '3' })
    expect(page.status).toBe(422)
    expect(page.errors.sort()).toEqual([
      'Enter a web address such as https://www.example.com/imprint.',
      'Enter a whole number from 1 to 3650.',
    ])
    expect(page.$('[name=remindDays]').val()).toBe('3')
    await expectGoodPage(page)
    expect(await stored()).toEqual(before)
  })

  test('§4: an empty field brings back the default', async () => {
    expect((await save({ imprintUrl: '', autoCloseDays: '' })).main).toMatch(
      /AUTO_CLOSE_DAYS · default: 21(?! · chosen)/,
    )
    expect(Object.keys(await stored())).toEqual(['BRAND_NAME'])
  })

  test('§4: what another admin changed meanwhile is not overwritten unseen', async () => {
    const form = (await as('ada').visit(path))
      .form('Save settings')
      .fill({ remindDays: '9', currentPassword: password })
    await save({ maxFiles: '4' })
    const page = await form.submit()
    expect(page.status).toBe(422)
    expect(page.errors.join()).toContain('it is “4” now')
    expect(await stored()).toMatchObject({ MAX_FILES: '4' })
    const again = await page.form('Save settings').fill({ maxFiles: '4', currentPassword: password }).submit()
    expect(again.status).toBe(200)
    expect(await stored()).toMatchObject({ MAX_FILES: '4', REMIND_DAYS: '9' })
  })
})

describe('what they change', () => {
  test('§4: files, mails and rules go by them from the next request on', async () => {
    await save({ maxFiles: '1', brandName: 'Nordlicht' })
    const form = (await as('bo').visit('/tickets/new')).form('Send request')
    for (const filename of ['a.txt', 'b.txt']) form.attach('attachments', { filename, content: 'x' })
    const refused = await form.fill({ subject: 'Two files', message: 'x' }).submit()
    expect(refused.errors).toEqual(['Attach only one file.'])
    const { email } = await newcomer()
    expect((await mailTo(email, /\/password\/set\//)).text).toContain('Nordlicht')

    await save({ undoSeconds: '90' })
    const number = Number((await sql(`select number from ticket where status = 'OPEN' limit 1`))[0]?.number)
    const answered = await (await as('dana').visit(`/agent/tickets/${number}`))
      .form('Send answer')
      .fill({ message: 'On it.' })
      .submit()
    expect(answered.main).toContain('90 seconds')
    await save({ undoSeconds: '0' })
  })

  test('§3: whoever is on a page without an agreement is sent to the page that says so on the next click', async () => {
    const eve = as('eve')
    expect((await eve.visit('/tickets')).status).toBe(200)
    await sql('delete from agreement where true')
    await save({ requireAgreement: 'true' })
    expect((await eve.visit('/tickets')).status).toBe(403)
    expect((await eve.graphql('{ tickets(first: 1) { nodes { number } } }')).code).toBe('FORBIDDEN')
    await save({ requireAgreement: '' })
    expect((await eve.visit('/tickets')).status).toBe(200)
  })

  test('§4: a second factor that is required of the team is required of who wished so, too', async () => {
    const page = await save({ requireTotp: 'true' })
    expect(page.status).toBe(403)
    expect((await as('dana').visit('/agent')).status).toBe(403)
    await sql(`delete from setting where name = 'REQUIRE_TOTP'`)
    await plaindesk.settings.refresh()
    expect((await as('ada').visit(path)).status).toBe(200)
  })

  test('§4: whoever took the settings keeps them whole to their end', async () => {
    const before = plaindesk.settings.current
    const { brandName } = before
    await save({ brandName: 'Südwind' })
    expect(Object.isFrozen(before)).toBe(true)
    expect(before.brandName).toBe(brandName)
    expect(plaindesk.settings.current).not.toBe(before)
    expect(plaindesk.settings.current.brandName).toBe('Südwind')
    expect(Object.isFrozen(plaindesk.settings.current)).toBe(true)
  })

  test('H17: done requests are closed by the days that hold when the job runs', async () => {
    const done = async () => (await sql(`select number from ticket where status = 'DONE'`)).length
    await sql(`update ticket set last_message_at = $1 where status = 'DONE'`, [
      new Date(clock.now().getTime() - 5 * 86_400_000),
    ])
    const run = () => plaindesk.tasks.list['close-stale']?.({}, { now: clock.now(), isLastTry: false })
    await run()
    expect(await done()).toBeGreaterThan(0)
    await save({ autoCloseDays: '4' })
    await run()
    expect(await done()).toBe(0)
    await save({ autoCloseDays: '' })
  })
})

describe('by the API', () => {
  test('§8: an admin’s token reads and saves them; null is the default', async () => {
    const ada = api(await token('ada', ['ADMIN']))
    const { data } = await ada.graphql(document, { input: { satisfactionDays: '0', maxTotalMb: '60' } })
    expect(data.saveSettings.userErrors).toEqual([])
    const states = Object.fromEntries(data.saveSettings.settings.map((each: { name: string }) => [each.name, each]))
    expect(states.maxTotalMb).toEqual({
      name: 'maxTotalMb',
      value: '60',
      source: 'ADMIN',
      changedBy: { name: 'Ada Arndt' },
    })
    expect(states.formLimit).toMatchObject({ source: 'ENVIRONMENT', changedBy: null })
    expect(states.remindDays).toMatchObject({ value: '9', source: 'ADMIN' })
    await ada.graphql(document, { input: { satisfactionDays: null, maxTotalMb: null } })
    const { data: after } = await ada.graphql('{ settings { name value default source } }')
    expect(after.settings.find((each: { name: string }) => each.name === 'satisfactionDays')).toEqual({
      name: 'satisfactionDays',
      value: '3',
      default: '3',
      source: 'DEFAULT',
    })
  })

  test('§7: the environment wins, also over a row that is there already', async () => {
    const ada = api(await token('ada', ['ADMIN']))
    const { data } = await ada.graphql(document, { input: { formLimit: '7', salesContact: 'x@y.example' } })
    expect(
      data.saveSettings.userErrors.map(({ code, field }: { code: string; field: string }) => [code, field]),
    ).toEqual([
      ['SET_IN_ENVIRONMENT', 'formLimit'],
      ['SET_IN_ENVIRONMENT', 'salesContact'],
    ])
    await sql(
      `insert into setting (name, value, changed_at) values ('FORM_LIMIT', '7', now()), ('MAX_UPLOAD_MB', 'lots', now()), ('OF_TOMORROW', '1', now())`,
    )
    await plaindesk.settings.refresh()
    expect(plaindesk.settings.current).toMatchObject({ formLimit: 10_000, maxUploadMb: 25 })
    const page = await as('ada').visit(path)
    expect(page.main).toContain('FORM_LIMIT · set in the environment')
    await sql(`delete from setting where name in ('FORM_LIMIT', 'MAX_UPLOAD_MB', 'OF_TOMORROW')`)
  })

  test('§9: every number has the bounds that the environment has', async () => {
    const ada = api(await token('ada', ['ADMIN']))
    for (const [variable, [min, max]] of Object.entries(bounds)) {
      const name = names[variable as keyof typeof bounds]
      if (name === 'formLimit') continue
      for (const value of [min - 1, max + 1, '1.5', 'x']) {
        const { data } = await ada.graphql(document, { input: { [name]: String(value) } })
        expect(data.saveSettings.userErrors, `${name} ${value}`).toMatchObject([{ code: 'OUT_OF_RANGE', field: name }])
      }
    }
    const { data } = await ada.graphql(document, {
      input: { brandName: 'x'.repeat(61), invite: 'nobody', requireTotp: 'perhaps' },
    })
    expect(data.saveSettings.userErrors.map(({ code }: { code: string }) => code).sort()).toEqual([
      'INVALID_CHOICE',
      'INVALID_CHOICE',
      'TOO_LONG',
    ])
  })
})

describe('in all processes', () => {
  const children: ChildProcess[] = []
  const wire = new Wire()
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await wire.close()
  })

  test('§4: another process takes a change without a restart, and begins with those made before it', async () => {
    const served = await serve(plaindesk)
    children.push(served.process)
    const other = new Browser(wire, served.url)
    expect((await other.visit('/')).title).toContain('Südwind')
    await save({ brandName: 'Ostwind' })
    await soon(async () => expect((await other.visit('/')).title).toContain('Ostwind'))

    // Whoever loses the connection that listens is told of nothing; what was missed is read on coming back.
    const gone = await sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaindesk notices' and datname = current_database()`,
    )
    expect(gone.length).toBeGreaterThan(1)
    await sql(`update setting set value = 'Westwind' where name = 'BRAND_NAME'`)
    await soon(async () => expect((await other.visit('/')).title).toContain('Westwind'))
    await soon(() => expect(plaindesk.settings.current.brandName).toBe('Westwind'))
    await save({ brandName: 'Nordwind' })
    await soon(async () => expect((await other.visit('/')).title).toContain('Nordwind'))
  })

  test('§4: a change that nobody told of is found by looking', async () => {
    await sql(`update setting set value = 'Stille' where name = 'BRAND_NAME'`)
    await soon(() => expect(plaindesk.settings.current.brandName).toBe('Stille'))
  })
})
