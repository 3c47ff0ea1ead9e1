// Eta views with what every one of them may use.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Eta } from 'eta'
import type { Request, Response } from 'express'
import type { Config, Environment } from '../config.ts'
import type { Fields } from '../graph/variables.ts'
import { type Formats, formats } from '../i18n/format.ts'
import { type Translate, translator } from '../i18n/translate.ts'
import { shownInHtml } from '../lib/html.ts'
import { type AccessKeys, accessKey, accessKeys } from './access-keys.ts'
import type { Csrf } from './csrf.ts'
import { newFormKey, shownAt } from './form-key.ts'
import { takeNotice, type Undo } from './notice.ts'
import { type Trail, trailFields, trailOf, withTrail } from './trail.ts'

export interface FormError {
  code: string
  field: string | null
  message: string
}

/** What one page shows. */
export interface Shown {
  /** The operation's result. */
  data: object
  status?: number
  /** What was typed, where a form is shown again. */
  values?: Fields
  errors?: readonly FormError[]
  /** The address under which this page can be had again; the language switch leads there. */
  path?: string
}

export interface Views {
  show(req: Request, res: Response, view: string, shown: Shown): void
}

export const publicFolder = join(import.meta.dirname, '../../public')
const addressOf = (file: string) => `/${file}?${fingerprint(file)}`
/** The desk's own comes on top, so that customers need not load it. */
const styles = { all: addressOf('style.css'), desk: addressOf('desk.css') }

/** Names that every view has at hand without `it.`. */
const names: readonly (keyof ViewData)[] = [
  't',
  'data',
  'values',
  'errors',
  'brand',
  'language',
  'path',
  'query',
  'csrf',
  'notice',
  'undo',
  'date',
  'dateTime',
  'number',
  'fileSize',
  'duration',
  'now',
  'status',
  'config',
  'styles',
  'trail',
  'accessKey',
  'accessKeys',
  'withTrail',
]

interface ViewData extends Formats {
  t: Translate
  data: object
  values: Fields
  errors: readonly FormError[]
  brand: object
  /** The few settings that pages speak of: limits, days until a done request closes. */
  config: object
  language: string
  path: string
  query: Record<string, string>
  /** Hidden fields that come first in every form. */
  csrf: { toString(): string }
  /** Names the sentence that confirms what a form just did. */
  notice: string | null
  /** What it can be taken back by. */
  undo: Undo | null
  status: number
  /** In milliseconds. */
  now: number
  /** Addresses of the style sheets; they change with their content, so that browsers may keep them for good. */
  styles: typeof styles
  /** The access key of an act, as an attribute; all of them. */
  accessKey: typeof accessKey
  accessKeys: AccessKeys
  /** Which list the reader came from, and by which place in it. */
  trail: Trail
  /** A path with that. */
  withTrail(path: string): string
}

export function createViews(config: Environment, csrf: Csrf, clock: () => Date): Views {
  const eta = new Eta({
    views: join(import.meta.dirname, '../../views'),
    cache: true,
    escapeFunction: shownInHtml,
    functionHeader: `const { ${names.join(', ')} } = it`,
  })
  eta.resolvePath = fileOf

  /** Turned into text where a view writes it, so that a page without a form sets no cookie. */
  function hiddenFields(req: Request, res: Response): { toString(): string } {
    let token: string | null = null
    const carried = trailFields(trailOf(req))
    return {
      toString() {
        token ??= csrf.token(req, res)
        const key = newFormKey(config.sessionSecret, firstShown(req))
        return `<input type="hidden" name="_csrf" value="${token}"><input type="hidden" name="idempotencyKey" value="${key}">${carried}`
      },
    }
  }

  /** A form that comes back keeps its time: who puts one word right is quick, and no program for that. */
  function firstShown({ body }: Request): Date {
    const key: unknown = Reflect.get(Object(body), 'idempotencyKey')
    return (typeof key === 'string' && shownAt(key, config.sessionSecret)) || clock()
  }

  return {
    show(req, res, view, { data, status = 200, values = {}, errors = [], path }) {
      const left = takeNotice(req, res)
      const trail = trailOf(req)
      const shown: ViewData = {
        ...formats(req.language, req.viewer.user?.timezone ?? config.defaultTimezone),
        t: translator(req.language),
        data,
        values,
        errors,
        ...toldOf(req.config),
        language: req.language,
        path: path ?? req.path,
        query: plainQuery(req),
        csrf: hiddenFields(req, res),
        notice: left?.key ?? null,
        undo: left?.undo ?? null,
        status,
        now: clock().getTime(),
        styles,
        trail,
        accessKey,
        accessKeys,
        withTrail: path => withTrail(path, trail),
      }
      res
        .status(status)
        .set('Content-Language', req.language)
        .type('html')
        .send(eta.render(`/${view}`, shown))
    },
  }
}

/** What views may know of the settings; the same for all requests until one changes. */
function toldOf(config: Config): Pick<ViewData, 'brand' | 'config'> {
  const known = told.get(config)
  if (known) return known
  const { brandName, brandLogo, imprintUrl, privacyUrl, accessibilityUrl } = config
  const { supportContact, salesContact, supportAddress } = config
  const { maxUploadMb, maxFiles, maxTotalMb, autoCloseDays, undoSeconds, requireAgreement, invite } = config
  const { passwordLength, invitationDays, resetHours } = config
  const names = { name: brandName, logo: brandLogo, imprintUrl, privacyUrl, accessibilityUrl }
  const fresh = {
    brand: { ...names, supportContact, salesContact, supportAddress },
    config: {
      ...{ maxUploadMb, maxFiles, maxTotalMb, autoCloseDays, undoSeconds, requireAgreement, invite },
      ...{ passwordLength, invitationDays, resetHours },
    },
  }
  told.set(config, fresh)
  return fresh
}
const told = new WeakMap<Config, Pick<ViewData, 'brand' | 'config'>>()

/** Where a view lies; all are named from the top. Eta works it out at each include. */
function fileOf(view: string): string {
  const file = files.get(view) ?? `${join(import.meta.dirname, '../../views', view)}.eta`
  files.set(view, file)
  return file
}
const files = new Map<string, string>()

function fingerprint(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(publicFolder, file)))
    .digest('hex')
    .slice(0, 8)
}

/** The query string as plain texts; repeated names keep their last value. */
export function plainQuery(req: Request): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(req.url.split('?')[1] ?? ''))
}
