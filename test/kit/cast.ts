// The example people of product.md §7, by the names that tests call them.

export const password = 'plaindesk-example'

export type Role = 'CUSTOMER' | 'AGENT' | 'SALES' | 'ADMIN'

const person = (email: string, role: Role) => ({ email, role })

export const people = {
  ann: person('ann@acme.example', 'CUSTOMER'),
  bo: person('bo@acme.example', 'CUSTOMER'),
  cem: person('cem@acme.example', 'CUSTOMER'),
  eve: person('eve@globex.example', 'CUSTOMER'),
  dana: person('dana@plaindesk.example', 'AGENT'),
  dirk: person('dirk@plaindesk.example', 'AGENT'),
  sam: person('sam@plaindesk.example', 'SALES'),
  ada: person('ada@plaindesk.example', 'ADMIN'),
}

export type Name = keyof typeof people
