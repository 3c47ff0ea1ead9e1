import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { Browser } from './browser.ts'
import { Wire } from './http.ts'

// The kit stands for a browser in every other suite, so what it does is held against a server that tells what it got.
const server = createServer((req, res) => {
  if (req.url === '/go') return void res.writeHead(303, { location: '/there', 'set-cookie': 'a=1; HttpOnly' }).end()
  const chunks: Buffer[] = []
  req.on('data', chunk => chunks.push(chunk))
  req.on('end', () => {
    if (req.url === '/form') return void res.setHeader('content-type', 'text/html').end(page)
    const { cookie, origin, referer, 'sec-fetch-site': site, 'content-type': type } = req.headers
    const told = {
      method: req.method,
      url: req.url,
      cookie,
      origin,
      referer,
      site,
      type,
      body: Buffer.concat(chunks).toString(),
    }
    res
      .setHeader('content-type', 'text/html')
      .end(`<title>T</title><h1>Told</h1><pre>${JSON.stringify(told).replace(/</g, '&lt;')}</pre>`)
  })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const wire = new Wire()
const browser = new Browser(wire, origin)
afterAll(async () => {
  await wire.close()
  server.close()
})

const page = `<!doctype html><title>F</title><main><h1>Form</h1>
<form method="post" action="/sent"><input type="hidden" name="_csrf" value="x"><input name="name" value="Ann"><textarea name="text">a
b</textarea><input type="checkbox" name="box" value="yes"><input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
<select name="s"><option value="">–</option><option value="2">Two</option></select><input name="off" disabled value="1">
<button name="do" value="this">Save</button><button name="do" value="that">Save as</button></form>
<form method="post" enctype="multipart/form-data" action="/files"><input name="t" value=""><input type="file" name="f" multiple><button>Upload</button></form>
<form action="/search?old=1"><input name="q"><button>Search</button></form><a href="/go">Away</a></main>`

const told = (text: string) => JSON.parse(text)

test('a form sends its successful controls in order, with the button that was pressed', async () => {
  const form = (await browser.visit('/form')).form('Save')
  const answer = told((await form.fill({ box: true, s: 'Two' }).submit()).textOf('pre'))
  expect(answer.body).toBe('_csrf=x&name=Ann&text=a%0D%0Ab&box=yes&r=2&s=2&do=this')
  expect(answer).toMatchObject({ method: 'POST', site: 'same-origin', origin, referer: `${origin}/form` })
})

test('a form with files is multipart, one part a file', async () => {
  const form = (await browser.visit('/form')).form('Upload')
  const empty = told((await form.submit()).textOf('pre'))
  expect(empty.body).toContain('name="f"; filename=""')
  const answer = told(
    (
      await form
        .attach('f', { filename: 'a"b.txt', content: 'hello' })
        .attach('f', { filename: 'c', content: '' })
        .submit()
    ).textOf('pre'),
  )
  expect(answer.type).toMatch(/^multipart\/form-data; boundary=/)
  expect(answer.body).toContain('filename="a%22b.txt"')
  expect(answer.body).toContain('filename="c"')
})

test('a form that gets puts its fields into the address', async () => {
  const page = await (await browser.visit('/form')).form('Search').fill({ q: 'ä b' }).submit()
  expect(page.path).toBe('/search?q=%C3%A4+b')
})

test('redirects are followed and shown, cookies kept', async () => {
  const page = await (await browser.visit('/form')).follow('Away')
  expect(page.redirects).toEqual([{ status: 303, location: '/there' }])
  expect(page.path).toBe('/there')
  expect(told(page.textOf('pre'))).toMatchObject({ cookie: 'a=1' })
})

test('a typo in a test is told', async () => {
  const page = await browser.visit('/form')
  expect(() => page.form('Send')).toThrow('No button')
  expect(() => page.form('Save').fill({ nmae: 'x' })).toThrow('no field “nmae”')
  expect(() => page.form('Save').fill({ s: 'Three' })).toThrow('no option')
  expect(() => page.link('Home')).toThrow('No link')
})
