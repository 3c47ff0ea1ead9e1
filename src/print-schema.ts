// `npm run schema`: prints the schema that schema.graphql holds; a test compares the two.
import { printedSchema, schema } from './schema.ts'

process.stdout.write(printedSchema(schema))
