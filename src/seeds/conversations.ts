// What the example people wrote to each other: enough to see every status, a follow-up, notes, files and what is held.
import type { Hold } from '../tickets/ticket.ts'
import type { Ago } from './ago.ts'
import type { CastName, SeededName } from './people.ts'

export interface ExampleFile {
  filename: string
  contentType: string
  content: string
}

export type Step =
  | { when: Ago; by: SeededName; says: string; file?: ExampleFile }
  | { when: Ago; by: CastName; answers: string; status: 'WAITING' | 'OPEN' | 'DONE' }
  | { when: Ago; by: CastName; notes: string }
  | { when: Ago; by: SeededName; marks: 'done' | 'reopened' }
  | { when: Ago; closes: true }

export interface Conversation {
  by: SeededName
  subject: string
  /** Position of its category. */
  category: number
  priority?: 'LOW' | 'HIGH' | 'URGENT'
  assignee?: CastName
  tags?: string[]
  hold?: `${Hold}`
  unproven?: true
  first: { when: Ago; says: string; file?: ExampleFile }
  steps: Step[]
}

/** In the order that they were opened, so that their numbers rise with time. */
export const conversations: Conversation[] = [
  {
    by: 'cem',
    subject: 'Monatsabschluss: Summen weichen ab',
    category: 2,
    assignee: 'dirk',
    first: {
      when: '120d',
      says: 'Hallo,\n\nim Monatsabschluss stehen 4.812,30 €, in der Einzelliste komme ich auf 4.812,10 €. Woher kommen die 20 Cent?\n\nGruß\nCem Can',
    },
    steps: [
      {
        when: '119d',
        by: 'dirk',
        answers:
          'Guten Tag Herr Can,\n\ndie Einzelliste rundet jede Zeile, der Abschluss erst die Summe. Unter „Einstellungen → Rundung“ lässt sich das angleichen.\n\nFreundliche Grüße\nDirk Decker',
        status: 'DONE',
      },
      { when: '98d', closes: true },
    ],
  },
  {
    by: 'ann',
    subject: 'Ausdruck im Querformat schneidet die letzte Spalte ab',
    category: 2,
    assignee: 'dana',
    tags: ['druck'],
    first: {
      when: '95d',
      says: 'Guten Tag,\n\nbeim Druck der Lagerliste im Querformat fehlt rechts immer die Spalte „Mindestbestand“. Im Hochformat ist sie da. Wir drucken auf A4 mit einem Kyocera 2040.\n\nViele Grüße\nAnn Albers',
    },
    steps: [
      {
        when: '94d',
        by: 'dana',
        answers:
          'Hallo Frau Albers,\n\nkönnen Sie einmal nachsehen, welcher Rand im Druckdialog eingestellt ist? Bei „Keiner“ beschneiden manche Geräte selbst.\n\nFreundliche Grüße\nDana Dietz',
        status: 'WAITING',
      },
      { when: '93d', by: 'ann', says: 'Da steht „Standard“. Mit „Minimal“ ist die Spalte da!' },
      { when: '93d', by: 'dana', notes: 'Gleiche Ursache wie bei Globex im Frühjahr. Steht auf der Liste für 4.2.' },
      {
        when: '92d',
        by: 'dana',
        answers:
          'Danke, das hilft auch uns. In der nächsten Fassung wird „Minimal“ die Voreinstellung sein.\n\nFreundliche Grüße\nDana Dietz',
        status: 'DONE',
      },
      { when: '71d', closes: true },
      {
        when: '6d',
        by: 'ann',
        says: 'Guten Tag,\n\nseit der Aktualisierung am Montag fehlt die Spalte wieder, auch mit „Minimal“. Können Sie bitte noch einmal nachsehen?\n\nViele Grüße\nAnn Albers',
      },
    ],
  },
  {
    by: 'bo',
    subject: 'Password reset mail arrives after an hour',
    category: 4,
    assignee: 'dirk',
    first: {
      when: '48d',
      says: 'Hi,\n\nthe reset mail took 63 minutes today, so its link had already expired. Is that on our side?\n\nBo',
    },
    steps: [
      {
        when: '48d',
        by: 'dirk',
        answers:
          'Hi Bo,\n\nyour mail server held it back for an hour (“greylisting”); the headers show it. If your admin trusts our sender address, it will arrive at once.\n\nBest regards\nDirk Decker',
        status: 'WAITING',
      },
      { when: '47d', by: 'bo', says: 'They did, and it works. Thank you!' },
      { when: '47d', by: 'bo', marks: 'done' },
      { when: '26d', closes: true },
    ],
  },
  {
    by: 'ann',
    subject: 'Auf der Rechnung für September fehlt unsere Bestellnummer',
    category: 5,
    assignee: 'dana',
    first: {
      when: '40d',
      says: 'Guten Tag,\n\nauf Rechnung R-20931 fehlt die Bestellnummer 4500187342. Ohne sie kann unsere Buchhaltung nicht freigeben. Bitte um Korrektur.\n\nViele Grüße\nAnn Albers',
    },
    steps: [
      { when: '39d', by: 'dana', notes: 'An Sam weitergegeben, Nummer steht jetzt im Vertrag.' },
      {
        when: '39d',
        by: 'dana',
        answers:
          'Hallo Frau Albers,\n\ndie berichtigte Rechnung ist eben an Ihre Buchhaltung gegangen. Die Nummer steht ab jetzt auf jeder Rechnung.\n\nFreundliche Grüße\nDana Dietz',
        status: 'DONE',
      },
      { when: '38d', by: 'ann', says: 'Ist angekommen, danke für die schnelle Hilfe!' },
      { when: '38d', by: 'ann', marks: 'done' },
      { when: '17d', closes: true },
    ],
  },
  {
    by: 'eve',
    subject: 'CSV import: umlauts arrive as question marks',
    category: 2,
    priority: 'HIGH',
    assignee: 'dana',
    tags: ['import'],
    first: {
      when: '9d',
      says: 'Hello,\n\nafter importing the attached file, “Müller” reads “M?ller”. The file comes out of our warehouse system and opens fine in Excel.\n\nKind regards\nEve Ekholm',
      file: {
        filename: 'customers-sample.csv',
        contentType: 'text/csv',
        content: 'id;name;city\r\n1;Müller;Köln\r\n2;Öztürk;Düsseldorf\r\n3;Jäger;Nürnberg\r\n',
      },
    },
    steps: [
      {
        when: '8d',
        by: 'dana',
        answers:
          'Hello Eve,\n\nthank you for the sample. It is written in Windows-1252 while the import expects UTF-8. We are looking into recognising that by itself; until then, “CSV UTF-8” in the save dialog will do.\n\nBest regards\nDana Dietz',
        status: 'OPEN',
      },
      {
        when: '8d',
        by: 'dana',
        notes: 'Detection is a two-line change with the library we have. Ask Dirk for the next release.',
      },
      {
        when: '4d',
        by: 'eve',
        says: 'The workaround is fine for today, but forty people export from that system. Is there a date?',
      },
    ],
  },
  {
    by: 'ann',
    subject: 'Zugang für eine neue Kollegin',
    category: 4,
    assignee: 'dirk',
    first: {
      when: '7d',
      says: 'Hallo,\n\nzum Monatsersten kommt Frau Yıldız zu uns. Wie bekommt sie einen Zugang?\n\nViele Grüße\nAnn Albers',
    },
    steps: [
      {
        when: '6d',
        by: 'dirk',
        answers:
          'Guten Tag Frau Albers,\n\nFrau Yıldız kann sich auf der Anmeldeseite unter „Registrieren“ selbst anmelden; der Vertrag von Acme gilt auch für sie. Den Link zum Setzen des Passworts bekommt sie per E-Mail.\n\nFreundliche Grüße\nDirk Decker',
        status: 'DONE',
      },
    ],
  },
  {
    by: 'ann',
    subject: 'Export bricht bei Seite 3 ab',
    category: 2,
    priority: 'HIGH',
    assignee: 'dana',
    tags: ['export', 'pdf'],
    first: {
      when: '3d',
      says: 'Guten Tag,\n\nder PDF-Export der Jahresübersicht bricht jedes Mal auf Seite 3 ab. Es erscheint „Fehler E42“, danach ist das Fenster leer. Bis gestern ging es noch. Das Protokoll hängt an.\n\nViele Grüße\nAnn Albers',
      file: {
        filename: 'export-protokoll.txt',
        contentType: 'text/plain',
        content:
          '09:14:02 Export begonnen: Jahresübersicht, 11 Seiten\n09:14:03 Seite 1 fertig\n09:14:03 Seite 2 fertig\n09:14:04 E42: Schrift „Frutiger Next“ nicht gefunden\n09:14:04 Export abgebrochen\n',
      },
    },
    steps: [
      { when: '3d', by: 'dana', notes: 'E42 = fehlende Schrift. Haben die das Firmendesign gewechselt?' },
      {
        when: '2d',
        by: 'dana',
        answers:
          'Hallo Frau Albers,\n\ndanke für das Protokoll. Auf Seite 3 wird eine Schrift verlangt, die auf dem Rechner fehlt („Frutiger Next“). Wurde bei Ihnen kürzlich die Vorlage geändert? Und tritt der Fehler auch an einem zweiten Arbeitsplatz auf?\n\nFreundliche Grüße\nDana Dietz',
        status: 'WAITING',
      },
    ],
  },
  {
    by: 'bo',
    subject: 'Can we get one invoice per quarter?',
    category: 5,
    assignee: 'dirk',
    first: {
      when: '2.5d',
      says: 'Hi,\n\nour accounting would rather have one invoice per quarter than three. Possible?\n\nBo',
    },
    steps: [
      {
        when: '1.5d',
        by: 'dirk',
        answers:
          'Hi Bo,\n\nyes, from the next quarter on. Shall I pass it on to Sam in sales, or does the order have to come from Ms Albers?\n\nBest regards\nDirk Decker',
        status: 'WAITING',
      },
    ],
  },
  {
    by: 'carla',
    subject: 'Trial version ends, data kept?',
    category: 1,
    unproven: true,
    first: {
      when: '2d',
      says: 'Hello,\n\nour trial ends on Friday. Will what we entered still be there if we order next month?\n\nCarla Cohen',
    },
    steps: [],
  },
  {
    by: 'ann',
    subject: 'Zeitüberschreitung beim Abgleich mit dem Lager',
    category: 2,
    priority: 'URGENT',
    assignee: 'dirk',
    tags: ['schnittstelle'],
    first: {
      when: '1.4d',
      says: 'Guten Tag,\n\nseit heute früh meldet der nächtliche Abgleich „Zeitüberschreitung nach 30 s“. Die Bestände sind von gestern, wir verkaufen also womöglich, was nicht mehr da ist. Bitte dringend ansehen.\n\nViele Grüße\nAnn Albers',
    },
    steps: [
      {
        when: '1.3d',
        by: 'dirk',
        answers:
          'Guten Tag Frau Albers,\n\nwir haben es gesehen und sind dran: Die Gegenstelle antwortet seit 5:40 Uhr sehr langsam. Ich melde mich, sobald wir mehr wissen.\n\nFreundliche Grüße\nDirk Decker',
        status: 'OPEN',
      },
      { when: '1.2d', by: 'dirk', notes: 'Lagerserver von Acme: 100 % CPU laut deren IT. Ticket dort: 88121.' },
      {
        when: '20h',
        by: 'ann',
        says: 'Danke! Unsere IT sagt, der Lagerserver wird heute Abend neu gestartet. Müssen wir danach etwas tun?',
      },
    ],
  },
  {
    by: 'spammer',
    subject: 'Get your site on page ONE of search results',
    category: 6,
    hold: 'HONEYPOT',
    unproven: true,
    first: {
      when: '22h',
      says: 'Dear website owner,\n\nwe guarantee the first page within 30 days. Only $99!!! Answer this mail today.',
    },
    steps: [],
  },
  {
    by: 'spammer',
    subject: 'Re: Get your site on page ONE of search results',
    category: 6,
    hold: 'RATE',
    unproven: true,
    first: { when: '21h', says: 'Did you read our offer? Now only $79!!!' },
    steps: [],
  },
  {
    by: 'eve',
    subject: 'Two-factor log-in for our admins?',
    category: 3,
    first: {
      when: '7h',
      says: 'Hello,\n\nour auditors ask for a second factor for everybody with admin rights. Is that planned, and when?\n\nKind regards\nEve Ekholm',
    },
    steps: [],
  },
  {
    by: 'hasty',
    subject: 'Frage zu den Öffnungszeiten Ihrer Hotline',
    category: 1,
    hold: 'TOO_FAST',
    unproven: true,
    first: { when: '5h', says: 'Guten Tag, ist Ihre Hotline auch samstags besetzt? Danke, Hanna Hast' },
    steps: [],
  },
  {
    by: 'ann',
    subject: 'Wunsch: Übersicht nach Mindestbestand sortieren',
    category: 3,
    first: {
      when: '2h',
      says: 'Guten Tag,\n\nin der Übersicht kann man nach Name und Menge sortieren. Für unsere Bestellungen am Morgen wäre „Mindestbestand unterschritten zuerst“ eine große Hilfe.\n\nViele Grüße\nAnn Albers',
    },
    steps: [],
  },
]
