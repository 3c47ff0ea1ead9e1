/** The settings of a test's Plaindesk, as environment variables; none of the machine's own reaches it. */
export function settings(url: string, databaseUrl: string, dataDir: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    BASE_URL: url,
    EXPOSE_DEVELOPMENT: 'true',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    // The template's links and sessions must be good in every clone.
    SESSION_SECRET: 'a secret of tests, and of nothing else whatever',
    MAIL_FROM: 'Plaindesk <support@plaindesk.example>',
    SALES_CONTACT: 'sales@plaindesk.example',
    DEFAULT_TIMEZONE: 'Europe/Berlin',
    // Journeys send many forms from one client; the limits have a suite of their own.
    FORM_LIMIT: '10000',
    FORM_MIN_SECONDS: '0',
    // Nobody waits a quarter of a minute for each answer; what can be taken back has a suite of its own.
    UNDO_SECONDS: '0',
    SMTP_LISTEN: 'off',
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
  }
}
