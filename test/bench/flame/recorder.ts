// Loaded into each process of the portal: asked once it begins to note what it spends its time on, asked again it tells.
import { Session } from 'node:inspector/promises'
import { whenAsked } from '../asking.ts'

const EVERY_MICROSECONDS = 500
const session = new Session()
session.connect()
let isRecording = false

whenAsked(async () => {
  isRecording = !isRecording
  if (!isRecording) return (await session.post('Profiler.stop')).profile
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: EVERY_MICROSECONDS })
  await session.post('Profiler.start')
  return null
})
