// `npm run schema`: prints the schema that schema.graphql holds; a test compares the two.
import { printSchema } from 'graphql'
import { buildPlaindeskSchema } from './schema.ts'

process.stdout.write(`${printSchema(buildPlaindeskSchema())}\n`)
