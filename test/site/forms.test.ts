// Quality, "Weight and reach": forms follow the patterns of the GOV.UK Design System.
import { expect, test } from 'vitest'
import type { Element } from '../kit/dom.ts'
import type { Page } from '../kit/page.ts'
import { world } from '../world.ts'
import { addressesIn, siteMap } from './site-map.ts'

const opened = await world()
const { as, stranger } = opened
const map = await siteMap(opened)
const readers = [
  ['stranger', stranger()],
  ['ann', as('ann')],
  ['ada', as('ada')],
] as const
const FIELDS = 'main :is(input, select, textarea):not([type=hidden], [hidden], [type=submit])'
const PERSONAL = 'main :is([type=email], [type=password], [name=name]):not([readonly], [type=hidden], [hidden])'
const TIMEOUT = 120_000

test.each(readers)(
  'GOV.UK: every field has a label above it, boxes beside them, and its hint with it, as %s',
  {
    timeout: TIMEOUT,
  },
  async (reader, browser) => {
    for (const address of addressesIn(map, reader)) {
      const page = await browser.visit(address)
      const fields = page.$(FIELDS).toArray()
      expect(
        fields.flatMap(field => faultsOf(page, field)),
        address,
      ).toEqual([])
    }
  },
)

test.each(readers)(
  'GOV.UK: browsers can fill in what they know of a person (WCAG 1.3.5), as %s',
  {
    timeout: TIMEOUT,
  },
  async (reader, browser) => {
    // On the team's pages such a field is about somebody else.
    for (const address of addressesIn(map, reader).filter(each => !/^\/(agent|admin)/.test(each))) {
      const page = await browser.visit(address)
      const fields = page.$(PERSONAL).not('[autocomplete]').toArray()
      expect(
        fields.map(each => page.$.html(each)),
        address,
      ).toEqual([])
    }
  },
)

test.each(readers)(
  'quality, Safety: a password is masked, may be as long as it likes, pasted and filled in by a password manager, as %s (ASVS 6.2.6, 6.2.7)',
  {
    timeout: TIMEOUT,
  },
  async (reader, browser) => {
    const seen: string[] = []
    for (const address of addressesIn(map, reader)) {
      const { $ } = await browser.visit(address)
      for (const field of $(':is([name=password], [name=passwordConfirm], [name=currentPassword])').toArray()) {
        const { type, autocomplete, maxlength, readonly } = field.attribs
        expect([type, maxlength, readonly], address).toEqual(['password', undefined, undefined])
        expect(autocomplete, address).toMatch(/^(?:current|new)-password$/)
        seen.push(address)
      }
    }
    // No page has a script that could forbid it: expectGoodPage.
    expect(seen.length).toBeGreaterThan(2)
  },
)

test.each([
  ['a request', stranger(), '/tickets/new', /^Send request$/],
  ['a registration', stranger(), '/register', /^Create account$/],
  ['a log-in', stranger(), '/login', /^Log in$/],
  ['a forgotten password', stranger(), '/password/forgot', /./],
  ['a first password', stranger(), map['/password/set/:token']?.address ?? '', /^Save password$/],
  ['a comment', as('ann'), map['/tickets/:number']?.address ?? '', /^(Send comment|Kommentar senden)$/],
  ['a new password', as('ann'), '/account', /^(Save password|Passwort speichern)$/],
  ['a ticket by phone', as('dana'), '/agent/tickets/new', /^(Open|Create|Save)/],
] as const)(
  'GOV.UK: %s without a word comes back with “Error:”, a summary that leads to each field, and a message at it',
  async (_what, browser, path, button) => {
    const form = (await browser.visit(path)).form(button)
    const page = await form
      .without('name', 'email', 'subject', 'message', 'password', 'passwordConfirm', 'currentPassword')
      .smuggle({})
      .submit()
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^(Error|Fehler): /)
    const links = page.$('[role=alert] a[href^="#"]').toArray()
    expect(links.length).toBeGreaterThan(0)
    for (const link of links)
      expectMessageAt(page, page.$(link).attr('href')?.slice(1) ?? '', page.$(link).text().trim())
  },
)

function faultsOf({ $ }: Page, field: Element): string[] {
  const label = $(`label[for="${$(field).attr('id')}"]`).get(0) ?? $(field).closest('label').get(0)
  const isBox = $(field).is('[type=checkbox], [type=radio]')
  const all = $('*').toArray()
  const isBelow = label && !isBox && all.indexOf(label) > all.indexOf(field)
  const hints = idsIn($(field).attr('aria-describedby'))
  const faults = [
    ...(label || $(field).is('[aria-label], [aria-labelledby]') ? [] : ['no label']),
    ...(isBelow ? ['label below'] : []),
    ...hints.filter(id => $(`[id="${id}"]`).length !== 1).map(id => `no hint ${id}`),
  ]
  return faults.map(fault => `${fault}: ${$.html(field).slice(0, 160)}`)
}

function expectMessageAt({ $ }: Page, id: string, message: string): void {
  const field = $(`[id="${id}"]`)
  expect(field.is('input, select, textarea'), id).toBe(true)
  expect(field.attr('aria-invalid'), id).toBe('true')
  const told = idsIn(field.attr('aria-describedby')).map(each => $(`[id="${each}"]`).text())
  expect(told.join(' '), id).toContain(message)
}

const idsIn = (list = ''): string[] => list.split(/\s+/).filter(Boolean)
