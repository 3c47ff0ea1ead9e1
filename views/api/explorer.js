// The explorer in the browser: GraphiQL on our own address, with examples in tabs.
import './explorer-nonce.js'
import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import 'graphiql/graphiql.css'
import './explorer.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { getOperationAST } from 'graphql'
import { createClient } from 'graphql-sse'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

const place = document.getElementById('explorer')
const { folder, examples } = place.dataset

self.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(`${folder}/${['json', 'graphql'].includes(label) ? label : 'editor'}.worker.js`),
}

const ask = createGraphiQLFetcher({ url: '/graphql' })

/** One stream for each subscription, by the headers that were typed. */
const follow = (params, headers) => createClient({ url: '/graphql', headers }).iterate(params)

const fetcher = (params, options) => {
  const operation = options?.documentAST && getOperationAST(options.documentAST, params.operationName)
  return operation?.operation === 'subscription' ? follow(params, options.headers) : ask(params, options)
}

createRoot(place).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      defaultTabs: JSON.parse(examples),
      // Without its history, which keeps headers and so tokens.
      plugins: [],
      // What was typed ends with the tab: the next one at this machine reads nothing of it.
      storage: sessionStorage,
      showPersistHeadersSettings: false,
      defaultEditorToolsVisibility: true,
      isHeadersEditorEnabled: true,
    },
    createElement(GraphiQL.Logo, null, createElement('span')),
  ),
)
