// Examples of the API, as they lie in `examples/`: shown on pages, and run by tests.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../examples')
const source = (file: string) => readFileSync(join(folder, file), 'utf8')

export interface ExampleOperation {
  query: string
  /** JSON, where it takes any. */
  variables?: string
}

/** One example in each language. */
export type Example = Record<'sh' | 'ts' | 'py', string>

/** The sources of an example, such as `first-request`. */
export function exampleOf(name: string): Example {
  return { sh: source(`${name}.sh`), ts: source(`${name}.ts`), py: source(`${name}.py`) }
}

let operations: readonly ExampleOperation[] | null = null

/** Operations for the explorer, in the order of their files' names. */
export function exampleOperations(): readonly ExampleOperation[] {
  operations ??= files('operations', '.graphql').map(file => ({
    query: source(file),
    ...variablesOf(file.replace(/graphql$/, 'json')),
  }))
  return operations
}

function variablesOf(file: string): Pick<ExampleOperation, 'variables'> {
  try {
    return { variables: source(file) }
  } catch {
    return {}
  }
}

const files = (below: string, ending: string) =>
  readdirSync(join(folder, below))
    .filter(file => file.endsWith(ending))
    .sort()
    .map(file => `${below}/${file}`)
