// `npm run schema`: prints the schema that schema.graphql holds; a test compares the two.
import { buildPlaindeskSchema, printedSchema } from './schema.ts'

process.stdout.write(printedSchema(buildPlaindeskSchema()))
