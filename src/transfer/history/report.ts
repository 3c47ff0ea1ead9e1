/** What an import did, or would do. */
export interface Report {
  tickets: number
  messages: number
  people: number
  organizations: number
  categories: number
  files: number
  /** Tickets that had come before. */
  known: number
  renumbered: number
  refused: number
}

export interface Teller {
  readonly report: Report
  refuse(place: Place, reason: string): void
  renumber(place: Place, wished: number, given: number | null): void
  remark(place: Place, words: string): void
}

/** Where in which file. */
export interface Place {
  file: string
  line: number
}

/** Prints a line for each thing that is not as it was wished, as soon as it is known; `isDry`: nothing of it is done. */
export function tellerTo(print: (line: string) => void, isDry: boolean): Teller {
  const report: Report = {
    tickets: 0,
    messages: 0,
    people: 0,
    organizations: 0,
    categories: 0,
    files: 0,
    known: 0,
    renumbered: 0,
    refused: 0,
  }
  const say = ({ file, line }: Place, words: string) => print(`${file}:${line}: ${words}`)
  return {
    report,
    refuse(place, reason) {
      report.refused += 1
      say(place, reason)
    },
    renumber(place, wished, given) {
      report.renumbered += 1
      say(
        place,
        `the number ${wished} is taken; ${given === null || isDry ? 'it gets a new one' : `it is ${given} now`}`,
      )
    },
    remark: say,
  }
}

/** The last lines of the command. */
export function summary(report: Report, isDry: boolean): string {
  const { tickets, messages, people, organizations, categories, files, known, renumbered, refused } = report
  const parts = [
    `${tickets} tickets`,
    `${messages} messages`,
    `${files} files`,
    `${people} people`,
    `${organizations} organizations`,
    `${categories} categories`,
  ]
  return [
    `${isDry ? 'Would be brought in' : 'Brought in'}: ${parts.join(', ')}.`,
    `Known before: ${known} tickets. With a new number: ${renumbered}. Refused: ${refused}.`,
    '',
  ].join('\n')
}
