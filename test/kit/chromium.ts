// A real browser out of the npm registry, started once per test file that needs it.
import { existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin')
const cache = join(import.meta.dirname, '../../node_modules/.cache')
const unpacked = join(cache, 'chromium')

/** The machine's own fonts and, for a machine without any, the one that comes along. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(unpacked, 'fonts/fonts')}</dir>
  <cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`

/** Only this kind of machine has a Chromium in the registry. */
export const hasChromium = process.platform === 'linux' && process.arch === 'x64'

/** Unpacks the browser, its libraries and fonts; into place by one rename, so that no half of it is ever used. */
export async function unpackChromium(): Promise<void> {
  if (!hasChromium || existsSync(unpacked)) return
  mkdirSync(cache, { recursive: true })
  const draft = await mkdtemp(join(cache, 'chromium-'))
  const { TMPDIR } = process.env
  process.env.TMPDIR = draft // `inflate` knows no other way to be told where to
  try {
    for (const file of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'])
      await inflate(join(packed, file))
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  await writeFile(join(draft, 'fonts.conf'), fontsConf)
  await rename(draft, unpacked).catch(() => undefined) // somebody else was first
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: join(unpacked, 'chromium'),
    // The package's own arguments include --single-process, under which a second page crashes.
    args: ['--no-sandbox', '--headless=shell', '--disable-gpu', '--disable-dev-shm-usage'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(unpacked, 'al2023/lib'),
      FONTCONFIG_FILE: join(unpacked, 'fonts.conf'),
    },
  })
}
