/** An address its owner recognises and nobody else learns: `ann@acme.example` → `a…@acme.example`. */
export const maskAddress = (email: string): string => email.replace(/^(.)[^@]*/u, '$1…')
