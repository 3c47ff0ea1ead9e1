// A mail view is written once, with these few strokes; one pen makes plain text of it, the other HTML.
import { escapeHtml, linkified, paragraphs } from '../lib/html.ts'
import { wrap } from '../lib/wrap.ts'

type Row = readonly [label: string, value: string]
interface NamedFile {
  name: string
  url: string | null
}

/** One of several things that a mail lists, with the way to it. */
interface Entry {
  title: string
  detail: string
  url: string
}

/** Every stroke takes plain text. */
export interface Pen {
  /** What has happened, in a few words. Plain text has the subject for that. */
  title(text: string): string
  heading(text: string): string
  paragraph(text: string): string
  /** A paragraph that says whom to reach: web and mail addresses in it can be clicked. */
  reach(text: string): string
  /** The one thing to do next. */
  button(label: string, url: string): string
  /** A lesser way, on a line of its own. */
  link(label: string, url: string): string
  details(rows: readonly Row[]): string
  /** Names of files, each with its address where the reader can open it. */
  files(label: string, files: readonly NamedFile[]): string
  entries(entries: readonly Entry[]): string
  points(texts: readonly string[]): string
  /** Somebody's words that this mail brings. */
  words(text: string): string
  /** The reader's own words, shown again. */
  quote(text: string): string
  small(text: string): string
}

export const textPen: Pen = {
  title: () => '',
  heading: text => block(wrap(text)),
  paragraph: text => block(wrap(text)),
  reach: text => block(wrap(text)),
  button: (label, url) => block(`${label}:\n${url}`),
  link: (label, url) => block(`${label}:\n${url}`),
  details: rows => {
    const width = Math.max(...rows.map(([label]) => label.length)) + 2
    return block(rows.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}`).join('\n'))
  },
  files: (label, files) =>
    files.length === 0
      ? ''
      : block([`${label}:`, ...files.map(({ name, url }) => `* ${name}${url ? `\n  ${url}` : ''}`)].join('\n')),
  entries: entries =>
    entries
      .map(({ title, detail, url }) => block(`* ${wrap(title, 70).replaceAll('\n', '\n  ')}\n  ${detail}\n  ${url}`))
      .join(''),
  points: texts => block(texts.map(text => `* ${wrap(text, 70).replaceAll('\n', '\n  ')}`).join('\n')),
  // As it was written: whoever pastes a command or a log line from it gets it whole.
  words: text => (text ? block(`${RULE}\n${text}\n${RULE}`) : ''),
  quote: text => block(wrap(text, 70).replace(/^/gm, '> ').replace(/^> $/gm, '>')),
  small: text => block(wrap(text)),
}

const RULE = '-'.repeat(72)
const block = (text: string): string => `${text}\n\n`

// Styles stand inline, as mail programs want them; the classes are for the dark colours in layout.html.eta alone.
const LINK = ' class="link" style="color:#17604a"'
const P = '<p style="margin:0 0 16px">'

export const htmlPen: Pen = {
  title: text =>
    `<h1 style="margin:0 0 16px;font-size:22px;line-height:1.25;font-weight:600;letter-spacing:-0.01em">${escapeHtml(text)}</h1>\n`,
  heading: text =>
    `<h2 style="margin:28px 0 8px;font-size:16px;line-height:1.4;font-weight:600">${escapeHtml(text)}</h2>\n`,
  paragraph: text => `${P}${escapeHtml(text).replaceAll('\n', '<br>')}</p>\n`,
  reach: text => `${P}${linkified(text, LINK)}</p>\n`,
  button: (label, url) =>
    `<p style="margin:24px 0"><a class="button" href="${escapeHtml(url)}" style="display:inline-block;padding:12px 22px;border-radius:6px;background:#17604a;color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(label)}</a></p>\n`,
  link: (label, url) => `${P}${anchor(label, url)}</p>\n`,
  details: rows => {
    const shown = rows.map(([label, value]) => `<p style="margin:0 0 6px">${labelled(label)} ${escapeHtml(value)}</p>`)
    return `<div class="line" style="margin:0 0 20px;padding:12px 0 6px;border:solid #dedad0;border-width:1px 0">\n${shown.join('\n')}\n</div>\n`
  },
  files: (label, files) => {
    const names = files.map(
      ({ name, url }) => `<li style="margin:0 0 4px">${url ? anchor(name, url) : escapeHtml(name)}</li>`,
    )
    return files.length === 0 ? '' : `<p style="margin:0 0 4px">${labelled(label)}</p>\n${list(names)}`
  },
  entries: entries => {
    const shown = entries.map(
      ({ title, detail, url }) =>
        `<p style="margin:0 0 12px;overflow-wrap:anywhere">${anchor(title, url)}<br><span class="soft" style="font-size:14px;color:#565f59">${escapeHtml(detail)}</span></p>`,
    )
    return `<div class="line" style="margin:0 0 20px;padding:12px 0 0;border:solid #dedad0;border-width:1px 0">\n${shown.join('\n')}\n</div>\n`
  },
  points: texts => list(texts.map(text => `<li style="margin:0 0 6px">${escapeHtml(text)}</li>`)),
  words: text => (text ? said(text, '#17604a', 'accent') : ''),
  quote: text => said(text, '#dedad0', 'line soft', 'color:#565f59;'),
  small: text => `<p class="soft" style="margin:0 0 16px;font-size:14px;color:#565f59">${escapeHtml(text)}</p>\n`,
}

const anchor = (text: string, url: string): string => `<a href="${escapeHtml(url)}"${LINK}>${escapeHtml(text)}</a>`
const labelled = (label: string): string => `<span class="soft" style="color:#565f59">${escapeHtml(label)}:</span>`
const list = (items: readonly string[]): string =>
  `<ul style="margin:0 0 16px;padding:0 0 0 20px">\n${items.join('\n')}\n</ul>\n`

/** No <blockquote>: mail programs fold those away as old text. */
function said(text: string, edge: string, names: string, style = ''): string {
  return `<div class="${names}" style="margin:0 0 20px;padding:2px 0 2px 16px;border-left:3px solid ${edge};${style}overflow-wrap:anywhere">\n${paragraphs(text, '<p style="margin:8px 0">', LINK)}\n</div>\n`
}
