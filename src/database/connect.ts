import pg from 'pg'

/** A connection for a command alone, until the stack is unwound. `options` are the session's, as `-c name=value`. */
export async function connect(
  stack: AsyncDisposableStack,
  url: string,
  command: string,
  options?: string,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `plaindesk ${command}`,
    keepAlive: true,
    ...(options && { options }),
  })
  client.on('error', () => {}) // the statement that runs, or whoever asks next, fails with it
  await client.connect()
  stack.defer(() => client.end())
  return client
}
