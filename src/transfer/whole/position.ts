import type pg from 'pg'

/** How far an export has been taken in, step by step; kept in the transactions of what it tells of. */
export interface Position {
  of(step: string): Promise<number>
  reach(step: string, position: number): Promise<void>
  /** Of a step that has no position: whether it is over. */
  isDone(step: string): Promise<boolean>
  end(step: string): Promise<void>
}

export function positionIn(client: pg.Client, id: string): Position {
  const ask = async (step: string) => {
    const { rows } = await client.query<{ position: string; is_done: boolean }>(
      'select position, is_done from import_progress where export = $1 and step = $2',
      [id, step],
    )
    return rows[0]
  }
  const write = async (step: string, position: number, isDone: boolean): Promise<void> => {
    await client.query(
      `insert into import_progress (export, step, position, is_done) values ($1, $2, $3, $4)
       on conflict (export, step) do update set position = excluded.position, is_done = excluded.is_done`,
      [id, step, position, isDone],
    )
  }
  return {
    of: async step => Number((await ask(step))?.position ?? 0),
    reach: (step, position) => write(step, position, false),
    isDone: async step => (await ask(step))?.is_done === true,
    end: step => write(step, 0, true),
  }
}
