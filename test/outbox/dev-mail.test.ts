// /dev/mail, where somebody who tries Plaindesk out follows an invitation.
import { describe, expect, test } from 'vitest'
import { world } from '../world.ts'

const { stranger, sql, settled } = await world({ SMTP_URL: '' })

async function request(email: string) {
  const browser = stranger()
  const page = await browser.visit('/tickets/new')
  await page
    .form('Send request')
    .fill({ name: 'Noor', email, subject: 'The <b>printer</b>', message: 'Hello', subscribe: true })
    .submit()
  await settled()
  return browser
}

const idOf = async (template: string, email: string) =>
  String((await sql('select id from outbox_mail where template = $1 and recipient = $2', [template, email]))[0]?.id)

describe('/dev/mail', () => {
  test('§7: without SMTP_URL mails are kept and listed', async () => {
    const browser = await request('noor@new.example')
    const page = await browser.visit('/dev/mail')
    expect(page.status).toBe(200)
    expect(page.text).toContain('noor@new.example')
    expect(page.text).toContain('The <b>printer</b>')
    expect(page.text).toContain('KEPT')
  })

  test('V10: an invitation can be followed from there', async () => {
    const browser = await request('nina@new.example')
    const mail = await browser.visit(`/dev/mail/${await idOf('invitation', 'nina@new.example')}`)
    const link = /href="([^"]+\/password\/set\/[^"]+)"/.exec(mail.html)?.[1] ?? ''
    expect((await browser.visit(link)).form('Save password').fields).toContain('password')
    expect(mail.text).toContain('Auto-Submitted: auto-generated')
  })

  test('its HTML part stands alone under a policy of its own, and the raw mail can be had', async () => {
    const browser = await request('nora@new.example')
    const id = await idOf('receipt', 'nora@new.example')
    const html = await browser.visit(`/dev/mail/${id}/html`)
    expect(html.header('content-security-policy')).toMatch(/default-src 'none'; style-src 'unsafe-inline'/)
    expect(html.html).toContain('The &lt;b&gt;printer&lt;/b&gt;')
    const raw = await browser.visit(`/dev/mail/${id}/raw`)
    expect(raw.header('content-type')).toMatch(/^message\/rfc822/)
    expect(raw.header('content-disposition')).toMatch(/^attachment; filename="?receipt\.eml/)
    expect(raw.html).toContain('Subject: [#')
  })

  test.each(['x', '00000000-0000-0000-0000-000000000000', "'"])('an unknown mail is not found: %s', async id => {
    expect((await stranger().visit(`/dev/mail/${id}`)).status).toBe(404)
  })
})

test('§7: production has no such page', async () => {
  const production = await world({ NODE_ENV: 'production' })
  expect((await production.stranger().visit('/dev/mail')).status).toBe(404)
})
