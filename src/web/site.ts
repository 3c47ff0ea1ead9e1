// Puts the kit together: what routes.ts writes its lines with.
import { loadOperations } from '../graph/operation.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { createCsrf } from './csrf.ts'
import { createFailures, type Failures } from './failures.ts'
import { createForms, type Forms, type KeepFiles } from './form.ts'
import { createPages, type Pages } from './page.ts'
import { createViews, type Views } from './views.ts'

export interface Site {
  pages: Pages
  forms: Forms
  failures: Failures
  views: Views
}

/** `noAccessPage` explains why somebody signed in has no access. */
export function createSite(plaindesk: Plaindesk, files: KeepFiles, noAccessPage: string): Site {
  const operations = loadOperations(plaindesk.schema)
  const csrf = createCsrf(plaindesk.config, plaindesk.clock)
  const views = createViews(plaindesk.config, csrf, plaindesk.clock)
  const pages = createPages(plaindesk, operations, views, () => failures)
  const failures = createFailures(plaindesk, views, (req, res) =>
    pages.show(noAccessPage, req, res, { fields: {}, status: 403, path: '/no-access' }),
  )
  const forms = createForms({ plaindesk, operations, views, pages, failures, csrf, files })
  return { pages, forms, failures, views }
}
