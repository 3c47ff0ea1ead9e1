import { inTransaction } from '../connect.ts'
import { linesIn } from '../lines.ts'
import { type PersonLine, personLine, understand } from './format.ts'
import type { Ground } from './ground.ts'

const LINES_AT_ONCE = 1_000

/** The people of a file, so that roles, names and organizations are known before their tickets come. */
export async function bringPeople(
  { client, directory, teller, record, isDry }: Ground,
  path: string,
  file: string,
  onByte: (end: number) => void,
): Promise<void> {
  let people: PersonLine[] = []
  const write = async () => {
    await inTransaction(client, () => directory.find(people), isDry ? 'read only' : '')
    people = []
    if (teller.report.people > 0) await record()
  }
  for await (const line of linesIn(path)) {
    const read = understand(personLine, line.text)
    if ('refused' in read) teller.refuse({ file, line: line.number }, read.refused)
    else people.push(read.value)
    if (people.length >= LINES_AT_ONCE) await write()
    onByte(line.end)
  }
  await write()
}
