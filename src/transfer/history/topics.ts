import type pg from 'pg'
import { newId } from '../../lib/ids.ts'
import type { Report } from './report.ts'

/** The categories by their names in either language. A new one is archived: nobody chose it for the form. */
export interface Topics {
  find(names: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export function openTopics(client: pg.Client, report: Report, now: Date, isDry: boolean): Topics {
  const known = new Map<string, string>()

  async function read(): Promise<void> {
    const { rows } = await client.query<{ id: string; en: string; de: string }>(
      'select id, name_en as en, name_de as de from category',
    )
    for (const { id, en, de } of rows) known.set(en, id).set(de, id)
  }

  async function add(name: string): Promise<void> {
    report.categories += 1
    if (isDry) known.set(name, newId())
    else
      await client.query(
        `insert into category (id, name_en, name_de, position, archived_at)
         select $1, $2, $2, coalesce(max(position), 0) + 1, $3 from category on conflict do nothing`,
        [newId(), name, now],
      )
  }

  return {
    async find(names) {
      const wanted = new Set(names)
      const isMissing = () => [...wanted].filter(name => !known.has(name))
      if (isMissing().length > 0) await read()
      const missing = isMissing()
      for (const name of missing) await add(name)
      if (missing.length > 0 && !isDry) await read()
      return known
    },
  }
}
