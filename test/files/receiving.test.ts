import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Door, hangUp, MB, multipart, openDoor, type Part, post } from './door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())
afterEach(async () => {
  for (const path of await door.stored()) await door.files.delete(path.slice(door.folder.length + 1))
})

/** Signature, an empty IHDR, the beginning of IDAT. */
const pngHead = Buffer.from(`89504e470d0a1a0a0000000d49484452${'00'.repeat(17)}0001000049444154`, 'hex')
const text: Part = ['message', 'It does not start.']

describe('a form with files', () => {
  test('V5 H16: files arrive whole, in order, with their names, and type and hash come from the bytes', async () => {
    const png = Buffer.concat([pngHead, randomBytes(70_000)])
    const answer = await post(
      door,
      multipart([text, ['attachments', png, 'Bild größe.exe'], ['attachments', 'hello', 'b.txt']]),
    )
    expect(answer.status).toBe(200)
    expect(answer.fields).toEqual({ message: 'It does not start.' })
    const [first, second] = answer.files
    expect(first).toMatchObject({
      filename: 'Bild größe.exe',
      contentType: 'image/png',
      size: png.length,
      scan: 'CLEAN',
    })
    expect(first?.sha256).toBe(createHash('sha256').update(png).digest('hex'))
    expect(await readFile(join(door.folder, first?.storageKey ?? ''))).toEqual(png)
    expect(second).toMatchObject({ filename: 'b.txt', contentType: 'text/plain', size: 5 })
  })

  // The square of their length took a third of a second each, which together outlasts the runner's patience.
  test('names made of dots alone cost no more than others', async () => {
    const name = `${'.'.repeat(15_000)}x`
    const parts = Array.from({ length: 150 }, (): Part => ['attachments', 'hello', name])
    expect((await post(door, multipart(parts))).refusals.map(({ code }) => code)).toContain('TOO_MANY_FILES')
  })

  test('a file input that was left empty is no file, whatever the browser calls it', async () => {
    const body = multipart([text, ['attachments', '', '']])
    const bare = Buffer.from(body.toString().replace('Content-Type: application/octet-stream\r\n', ''))
    for (const sent of [body, bare]) {
      expect(await post(door, sent)).toMatchObject({
        status: 200,
        files: [],
        refusals: [],
        fields: { message: text[1] },
      })
    }
  })

  test('files of another field and text in place of files are thrown away', async () => {
    const body = multipart([text, ['attachments', 'attachment_0199'], ['logo', 'bytes', 'logo.png']])
    expect(await post(door, body)).toMatchObject({ status: 200, files: [], fields: { message: text[1] } })
    expect(await door.stored()).toEqual([])
  })

  test('names are keys and never paths: nothing reaches a prototype (ASVS 15.3.6)', async () => {
    const answer = await post(
      door,
      multipart([
        ['__proto__', 'x'],
        ['a[__proto__][polluted]', 'x'],
        ['constructor', 'y'],
        ['tag', '1'],
        ['tag', '2'],
      ]),
    )
    expect(answer.fields).toEqual({ constructor: 'y', tag: ['1', '2'] })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('§9: NUL bytes and a line of a megabyte arrive as they are, for validation to judge', async () => {
    const line = `a\0${'b'.repeat(MB)}`
    const answer = await post(door, multipart([['message', line]]))
    expect(answer.fields.message).toBe(line)
  })

  test('more text than a form can have is 413', async () => {
    expect((await post(door, multipart([['message', 'b'.repeat(3 * MB)]]))).status).toBe(413)
    const many = Array.from({ length: 40 }, (_, i): Part => [`field${i}`, 'c'.repeat(64 * 1024)])
    expect((await post(door, multipart(many))).status).toBe(413)
    const fields = Array.from({ length: 600 }, (_, i): Part => [`field${i}`, ''])
    expect((await post(door, multipart(fields))).status).toBe(400)
  })
})

describe('§9: what is refused leaves nothing behind and keeps the text', () => {
  test('a file of 26 MB', async () => {
    const body = multipart([
      ['attachments', 'small', 'small.txt'],
      ['attachments', Buffer.alloc(26 * MB), 'big.bin'],
      text,
    ])
    const answer = await post(door, body)
    expect(answer.status).toBe(422)
    expect(answer.refusals).toEqual([
      { code: 'FILE_TOO_LARGE', field: 'attachments', details: { filename: 'big.bin', max: 25 } },
    ])
    expect(answer.fields).toEqual({ message: text[1] })
    expect(await door.stored()).toEqual([])
  })

  test('exactly 25 MB is no byte too much', async () => {
    expect((await post(door, multipart([['attachments', Buffer.alloc(25 * MB), 'just.bin']]))).status).toBe(200)
    expect(await door.stored()).toHaveLength(1)
  })

  test('200 files', async () => {
    const files = Array.from({ length: 200 }, (_, i): Part => ['attachments', `file ${i}`, `${i}.txt`])
    const answer = await post(door, multipart([...files, text]))
    expect(answer.status).toBe(422)
    expect(answer.refusals).toEqual([{ code: 'TOO_MANY_FILES', field: 'attachments', details: { count: 10 } }])
    expect(answer.fields).toEqual({ message: text[1] })
    expect(await door.stored()).toEqual([])
  })

  test('three files of 20 MB', async () => {
    const files = ['a', 'b', 'c'].map((name): Part => ['attachments', Buffer.alloc(20 * MB), name])
    const answer = await post(door, multipart([...files, text]))
    expect(answer.refusals).toEqual([{ code: 'FILES_TOO_LARGE', field: 'attachments', details: { max: 50 } }])
    expect(answer.fields).toEqual({ message: text[1] })
    expect(await door.stored()).toEqual([])
  })

  test('an empty file and a large one: both are named', async () => {
    const body = multipart([
      ['attachments', '', 'empty.log'],
      ['attachments', Buffer.alloc(26 * MB), 'big.bin'],
      ['attachments', 'ok', 'ok.txt'],
    ])
    const answer = await post(door, body)
    expect(answer.refusals.map(({ code, details }) => [code, details.filename])).toEqual([
      ['EMPTY_FILE', 'empty.log'],
      ['FILE_TOO_LARGE', 'big.bin'],
    ])
    expect(await door.stored()).toEqual([])
  })

  test('a body that ends inside a file', async () => {
    const whole = multipart([
      text,
      ['attachments', 'whole', 'a.txt'],
      ['attachments', randomBytes(100_000), 'half.bin'],
    ])
    const answer = await post(door, whole.subarray(0, whole.length - 50_000))
    expect(answer.status).toBe(422)
    expect(answer.refusals).toEqual([{ code: 'UPLOAD_INCOMPLETE', field: 'attachments', details: {} }])
    expect(answer.fields).toEqual({ message: text[1] })
    expect(await door.stored()).toEqual([])
  })

  test('a client that hangs up inside a file', async () => {
    const whole = multipart([
      text,
      ['attachments', 'whole', 'a.txt'],
      ['attachments', randomBytes(400_000), 'half.bin'],
    ])
    await hangUp(door, whole.subarray(0, 200_000), whole.length)
    await vi.waitFor(async () => expect(await door.stored()).toEqual([]), { timeout: 30_000 })
    expect((await post(door, multipart([text]))).status).toBe(200)
  })

  test.each([
    ['no boundary', 'multipart/form-data', multipart([text])],
    ['another kind of multipart', 'multipart/mixed; boundary=xxBOUNDARYxx', multipart([text])],
    ['noise', 'multipart/form-data; boundary=xxBOUNDARYxx', randomBytes(10_000)],
    ['nothing', 'multipart/form-data; boundary=xxBOUNDARYxx', Buffer.alloc(0)],
    [
      'a header without end',
      'multipart/form-data; boundary=xxBOUNDARYxx',
      Buffer.from(`--xxBOUNDARYxx\r\n${'X-A: b'.repeat(20_000)}`),
    ],
  ])('a body that is none: %s', async (_what, type, body) => {
    const response = await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(body),
    })
    expect([400, 422]).toContain(response.status)
    expect(await door.stored()).toEqual([])
  })
})

test('§5: nothing is stored before the form was checked, and the check sees the fields that came first', async () => {
  const asked: unknown[] = []
  const guarded = await openDoor({ mayStore: () => asked.push('once') < 0 })
  const body = multipart([
    ['_csrf', 'forged'],
    text,
    ['attachments', 'secret', 'a.txt'],
    ['attachments', 'secret', 'b.txt'],
  ])
  const answer = await post(guarded, body)
  expect(answer).toMatchObject({ files: [], refusals: [], fields: { _csrf: 'forged', message: text[1] } })
  expect(asked).toEqual(['once'])
  expect(await guarded.stored()).toEqual([])
  await guarded.close()
})

test('a store that fails is an error of ours, and nothing stays', async () => {
  const broken = await openDoor()
  const body = multipart([
    ['attachments', 'first', 'a.txt'],
    ['attachments', randomBytes(300_000), 'b.bin'],
  ])
  let puts = 0
  const { put } = broken.files
  broken.files.put = content => {
    puts += 1
    if (puts === 1) return put(content)
    content.destroy()
    return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  }
  expect((await post(broken, body)).status).toBe(500)
  expect(await broken.stored()).toEqual([])
  await broken.close()
})
