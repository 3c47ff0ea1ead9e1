import { spawn } from 'node:child_process'

export interface Said {
  text: string
  /** Whether it came to its end by itself. */
  isWhole: boolean
}

/** What a program says, for so long. */
export function run(program: string, args: readonly string[], seconds: number): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let isWhole = true
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        said += chunk
      })
    const timer = setTimeout(() => {
      isWhole = false
      child.kill('SIGTERM')
    }, seconds * 1000)
    child.once('error', error =>
      reject(new Error(`${program} could not be started (Debian: apt-get install ${program}): ${error.message}`)),
    )
    child.once('close', () => {
      clearTimeout(timer)
      resolve({ text: said, isWhole })
    })
  })
}
