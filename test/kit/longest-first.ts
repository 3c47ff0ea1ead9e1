import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, and waits most, so that it is not left over for one worker at the end. From the times of whole runs. */
const longest = [
  'faults/faults',
  'graph/copying',
  'site/reach',
  'transfer/mailbox',
  'bench/hour/hour',
  'bench/bench',
  'operation/backup',
  'ground/commands',
  'crash/crash',
  'inbox/imap',
  'inbox/corpus-outcomes',
  'operation/doctor',
  'transfer/resuming',
  'journeys/agents-hour',
  'inbox/command',
  'transfer/history',
  'transfer/round-trip',
  'site/handbook',
  'ground/stopping',
  'desk/rearranging.properties',
]

const placeOf = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex(name => moduleId.endsWith(`/test/${name}.test.ts`))
  return at === -1 ? longest.length : at
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other))
  }
}
