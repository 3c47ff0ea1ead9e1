// §4 "Admin": a second factor for the team (TOTP, RFC 6238), enforced by setting, with recovery codes.
import { TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { resetSecondFactor } from '../../src/commands/reset-second-factor.ts'
import { newRecoveryCodes, newSecret, stepOf } from '../../src/people/totp.ts'
import type { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { world } from '../world.ts'

const { as, anew, stranger, sql, clock, token, api, plaindesk, mailTo } = await world()
const path = '/account/second-factor'

/** The app on somebody's phone. */
const codeOf = (secret: string) => new TOTP({ secret }).generate({ timestamp: clock.now().getTime() })
/** The next code: one is taken once. */
const later = () => clock.forward({ seconds: 31 })
const forgetAttempts = () => sql('delete from rate_limit')

/** Sets a second factor up; answers its key and recovery codes. */
async function setUp(browser: Browser): Promise<{ secret: string; recovery: string[]; page: Page }> {
  const begun = await (await browser.visit(path))
    .form('Set up second factor')
    .fill({ currentPassword: password })
    .submit()
  const secret = begun.textOf('.key').replaceAll(' ', '')
  const page = await begun
    .form('Confirm')
    .fill({ code: codeOf(secret) })
    .submit()
  return { secret, recovery: page.textOf('pre').split(/\s+/), page }
}
const remove = (email: string) =>
  sql('delete from second_factor where user_id = (select id from person where email = $1)', [email])
const isIn = async (browser: Browser) => (await browser.visit('/agent')).path === '/agent'

describe('RFC 6238', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' // "12345678901234567890"

  // Appendix B, SHA-1; of its eight digits the last six.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('appendix B: at %i it is %s', (seconds, code) => {
    const at = (moment: number) => stepOf(secret, code, new Date(moment * 1000))
    expect(at(seconds)).toBe(Math.floor(seconds / 30))
    // §5.2: one step to either side, no further.
    expect(at(seconds + 30)).toBe(Math.floor(seconds / 30))
    expect(at(seconds + 61)).toBeNull()
  })

  test('what is no code is none', () => {
    for (const code of ['', '28708', '2870822', 'abcdef', '-87082', '２８７０８２'])
      expect(stepOf(secret, code, new Date(59_000)), code).toBeNull()
  })
})

describe('setting up', () => {
  test('§4: by a picture or a key, without scripts; recovery codes are shown once; nothing lies in clear', async () => {
    const dana = anew('dana')
    const first = await dana.visit('/account')
    const off = await first.follow('Set up and recovery codes')
    await expectGoodPage(off)
    const wrong = await off.form('Set up second factor').fill({ currentPassword: 'not hers' }).submit()
    expect(wrong.status).toBe(422)
    const begun = await wrong.form('Set up second factor').fill({ currentPassword: password }).submit()
    expect(begun.$('main img').attr('src')).toMatch(/^data:image\/svg\+xml,/)
    await expectGoodPage(begun)
    const secret = begun.textOf('.key').replaceAll(' ', '')
    expect(await isInAfterPassword(people.dana.email)).toBe(true) // not asked for before a first good code

    const bad = await begun.form('Confirm').fill({ code: '000000' }).submit()
    expect(bad.status).toBe(422)
    expect(bad.$('#code').attr('aria-invalid')).toBe('true')
    const page = await bad
      .form('Confirm')
      .fill({ code: codeOf(secret) })
      .submit()
    await expectGoodPage(page)
    const codes = page.textOf('pre').split(/\s+/)
    expect(codes).toHaveLength(10)
    const again = await dana.visit(path)
    await expectGoodPage(again)
    expect(again.html).not.toContain(codes[0])
    expect(again.html).not.toContain(secret)
    const stored = JSON.stringify(await sql('select * from second_factor'))
    for (const each of [secret, ...codes]) expect(stored).not.toContain(each)
    await remove(people.dana.email)
  })

  test('quality, Safety: keys and recovery codes are random, of 160 and 120 bits, so that a fast hash keeps them (ASVS 6.5.2, 6.5.3, 6.5.4)', () => {
    const [codes, keys] = [Array.from({ length: 5 }, newRecoveryCodes).flat(), Array.from({ length: 50 }, newSecret)]
    expect([new Set(codes).size, new Set(keys).size]).toEqual([50, 50])
    for (const code of codes) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}$/)
    for (const key of keys) expect(key).toMatch(/^[A-Z2-7]{32}$/)
    // At each place stands each letter now and then: 32 of them in fifty tries leave no place with few.
    for (const at of [0, 7, 13, 27]) expect(new Set(codes.map(code => code[at])).size).toBeGreaterThan(15)
  })

  test('§3: customers have none, programs cannot change it', async () => {
    expect((await as('ann').visit(path)).status).toBe(404)
    const begin = `mutation { beginSecondFactor(input: { currentPassword: "${password}" }) { userErrors { code } } }`
    expect((await as('ann').graphql(begin)).code).toBe('FORBIDDEN')
    expect((await api(await token('dana')).graphql(begin)).code).toBe('FORBIDDEN')
  })
})

/** Whether the password alone lets somebody in. */
async function isInAfterPassword(email: string): Promise<boolean> {
  const browser = stranger()
  await browser.logIn(email, password)
  return isIn(browser)
}

describe('logging in', () => {
  test('§4: after the password a code is asked for, and nothing is granted before (ASVS 2.3.1)', async () => {
    const { secret } = await setUp(anew('dana'))
    const browser = stranger()
    const asked = await browser.visit('/agent/held')
    const code = await asked.form('Log in').fill({ email: people.dana.email, password }).submit()
    await expectGoodPage(code)
    expect(code.title).toContain('Enter your code')
    expect(await isIn(browser)).toBe(false)
    expect((await browser.graphql('{ viewer { name } }')).data.viewer).toBeNull()

    const wrong = await code.form('Log in').fill({ code: '123456' }).submit()
    expect(wrong.status).toBe(422)
    await expectGoodPage(wrong)
    expect(await isIn(browser)).toBe(false)
    later()
    const done = await wrong
      .form('Log in')
      .fill({ code: codeOf(secret) })
      .submit()
    expect(done.path).toBe('/agent/held')
    const types = (await sql('select type from admin_event order by created_at desc, id desc limit 2')).map(
      row => row.type,
    )
    expect(types).toEqual(['LOGGED_IN', 'LOG_IN_FAILED'])
    await remove(people.dana.email)
    await forgetAttempts()
  })

  test('RFC 6238 §5.2: a code that was used is not taken a second time, of two at once one is (ASVS 6.5.1)', async () => {
    const { secret } = await setUp(anew('dana'))
    const page = await stranger().logIn(people.dana.email, password)
    // The code that confirmed the setting up is used up, too.
    expect(
      (
        await page
          .form('Log in')
          .fill({ code: codeOf(secret) })
          .submit()
      ).status,
    ).toBe(422)
    later()
    const code = codeOf(secret)
    const both = await Promise.all(
      [stranger(), stranger()].map(async browser => {
        const asked = await browser.logIn(people.dana.email, password)
        return asked.form('Log in').fill({ code }).submit()
      }),
    )
    expect(both.map(each => each.path === '/agent').sort()).toEqual([false, true])
    await remove(people.dana.email)
    await forgetAttempts()
  })

  test('quality, Safety: a key that was changed where it is kept, or put there from somebody else’s account, proves nothing (ASVS 11.3.3)', async () => {
    const [dana, dirk] = [await setUp(anew('dana')), await setUp(anew('dirk'))]
    const sealedOf = async (email: string) => {
      const of = 'select sealed_secret from second_factor f join person p on p.id = f.user_id where p.email = $1'
      return String((await sql(of, [email]))[0]?.sealed_secret)
    }
    const keep = (sealed: string) =>
      sql('update second_factor set sealed_secret = $2 where user_id = (select id from person where email = $1)', [
        people.dana.email,
        sealed,
      ])
    const tryCode = async (code: string) =>
      (await stranger().logIn(people.dana.email, password)).form('Log in').fill({ code }).submit()
    const sealed = await sealedOf(people.dana.email)
    later()
    await keep(await sealedOf(people.dirk.email))
    expect((await tryCode(codeOf(dirk.secret))).status).toBe(422)
    for (const at of [3, 20, 50]) {
      await keep(`${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`)
      expect((await tryCode(codeOf(dana.secret))).status, String(at)).toBe(422)
    }
    await keep(sealed)
    expect((await tryCode(codeOf(dana.secret))).path).toBe('/agent')
    await Promise.all([remove(people.dana.email), remove(people.dirk.email), forgetAttempts()])
  })

  test('§4: a recovery code logs in once, however it is typed', async () => {
    const { recovery } = await setUp(anew('dana'))
    const use = async () => {
      const page = await stranger().logIn(people.dana.email, password)
      const typed = ` ${recovery[3]?.toLowerCase().replaceAll('-', ' ')}`
      return page.form('Log in').fill({ code: typed }).submit()
    }
    expect((await use()).path).toBe('/agent')
    expect((await use()).status).toBe(422)
    const [row] = await sql('select cardinality(recovery_hashes) as left from second_factor')
    expect(row?.left).toBe(9)
    await remove(people.dana.email)
    await forgetAttempts()
  })

  test('§7: guessing codes gets as slow as guessing passwords (ASVS 6.3.1)', async () => {
    const { secret } = await setUp(anew('dana'))
    let page = await stranger().logIn(people.dana.email, password)
    for (let i = 0; i < 5; i++) page = await page.form('Log in').fill({ code: '000000' }).submit()
    const refused = await page.form('Log in').fill({ code: '000000' }).submit()
    expect(refused.status).toBe(429)
    expect(Number(refused.header('retry-after'))).toBeGreaterThan(0)
    await expectGoodPage(refused)
    later()
    expect(
      (
        await refused
          .form('Log in')
          .fill({ code: codeOf(secret) })
          .submit()
      ).status,
    ).toBe(429)
    await forgetAttempts()
    await remove(people.dana.email)
  })

  test('§9: the step between ends after ten minutes, with the password, and cannot be made up', async () => {
    const { secret } = await setUp(anew('dana'))
    const page = await stranger().logIn(people.dana.email, password)
    const [dana] = await sql('select id, password_hash from person where email = $1', [people.dana.email])
    const submit = (pending?: string) => {
      const form = page.form('Log in').fill({ code: codeOf(secret) })
      return (pending === undefined ? form : form.smuggle({ pending })).submit()
    }
    later()
    const own = String(page.$('input[name=pending]').attr('value'))
    for (const made of ['', 'x', own.replace(/^\d/, '9'), `${own}x`, own.slice(0, -2)])
      expect((await submit(made)).textOf('.errors'), made).toContain('log in again')
    await sql(`update person set password_hash = password_hash || 'x' where id = $1`, [dana?.id])
    expect((await submit()).textOf('.errors')).toContain('log in again')
    await sql(`update person set password_hash = $2 where id = $1`, [dana?.id, dana?.password_hash])
    clock.forward({ minutes: 10 })
    const late = await submit()
    expect(late.textOf('.errors')).toContain('log in again')
    await expectGoodPage(late)
    await remove(people.dana.email)
  })
})

describe('whoever lost it', () => {
  test('§4: makes new recovery codes or removes it, with their password', async () => {
    const dirk = anew('dirk')
    const { recovery } = await setUp(dirk)
    const renewed = await (await dirk.visit(path))
      .form('New recovery codes')
      .fill({ currentPassword: password })
      .submit()
    await expectGoodPage(renewed)
    const fresh = renewed.textOf('pre').split(/\s+/)
    const page = await stranger().logIn(people.dirk.email, password)
    const old = await page
      .form('Log in')
      .fill({ code: recovery[0] ?? '' })
      .submit()
    expect(old.status).toBe(422)
    expect(
      (
        await old
          .form('Log in')
          .fill({ code: fresh[0] ?? '' })
          .submit()
      ).path,
    ).toBe('/agent')
    const refused = await (await dirk.visit(path)).form('Remove second factor').fill({ currentPassword: 'no' }).submit()
    expect(refused.status).toBe(422)
    await refused.form('Remove second factor').fill({ currentPassword: password }).submit()
    expect(await isInAfterPassword(people.dirk.email)).toBe(true)
  })

  test('V14 §4: resets the password and is asked for the code all the same (ASVS 6.4.3)', async () => {
    const { email } = people.dirk
    await setUp(anew('dirk'))
    const [before] = await sql('select password_hash from person where email = $1', [email])
    await (await stranger().visit('/password/forgot')).form('Send link').fill({ email }).submit()
    const link = (await mailTo(email, /password\/reset/)).link(/password\/reset/)
    const fresh = 'a lane by the sea'
    const form = (await stranger().visit(link)).form('Save password')
    expect((await form.fill({ password: fresh, passwordConfirm: fresh }).submit()).path).toBe('/login')
    const browser = stranger()
    expect((await browser.logIn(email, fresh)).title).toContain('Enter your code')
    expect(await isIn(browser)).toBe(false)
    await sql('update person set password_hash = $2 where email = $1', [email, before?.password_hash])
    await remove(email)
  })

  test('§4 §7: is helped by an admin, who types their own password; all their sessions end', async () => {
    const dirk = anew('dirk')
    await setUp(dirk)
    const [row] = await sql('select id from person where email = $1', [people.dirk.email])
    const page = await as('ada').visit(`/admin/people/user_${row?.id}`)
    await expectGoodPage(page)
    const refused = await page.form('Reset second factor').fill({ currentPassword: 'not hers' }).submit()
    expect(refused.status).toBe(422)
    expect(refused.$('#factor-currentPassword').attr('aria-invalid')).toBe('true')
    await refused.form('Reset second factor').fill({ currentPassword: password }).submit()
    expect(await isIn(dirk)).toBe(false)
    expect(await isInAfterPassword(people.dirk.email)).toBe(true)
    const [event] = await sql(
      `select p.name from admin_event e join person p on p.id = e.actor_id where type = 'SECOND_FACTOR_RESET'`,
    )
    expect(event?.name).toBe('Ada Arndt')
    expect((await as('ada').visit(`/admin/people/user_${row?.id}`)).hasButton('Reset second factor')).toBe(false)
  })

  test('§4: the last admin is helped by the operator', async () => {
    const ada = anew('ada')
    await setUp(ada)
    await resetSecondFactor(plaindesk.settings.current, people.ada.email)
    expect(await isIn(ada)).toBe(false)
    expect(await isInAfterPassword(people.ada.email)).toBe(true)
    const [event] = await sql(
      `select actor_id from admin_event where type = 'SECOND_FACTOR_RESET' order by id desc limit 1`,
    )
    expect(event?.actor_id).toBeNull()
    await expect(resetSecondFactor(plaindesk.settings.current, people.ada.email)).rejects.toThrow('second factor')
  })
})
