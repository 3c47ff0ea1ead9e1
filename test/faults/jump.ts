// Loaded into a portal's process before anything else: at SIGUSR2 its clock jumps by as many milliseconds as the file
// CLOCK_FILE says, as when somebody sets the machine's clock. Timers go on, as they do then.
import { readFileSync } from 'node:fs'

let ahead = 0
const real = Date.now
const now = () => real() + ahead
globalThis.Date = new Proxy(Date, {
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  construct: (target, values, made) => Reflect.construct(target, values.length === 0 ? [now()] : values, made),
})
process.on('SIGUSR2', () => {
  ahead = Number(readFileSync(process.env.CLOCK_FILE ?? '', 'utf8'))
})
