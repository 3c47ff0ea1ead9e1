// Text for bulk data: sentences of words that are used as unevenly as in real requests, so that a search finds a word
// in almost every ticket, in some, or in one.

/** Stands in two of three tickets. */
export const COMMON_WORD = 'invoice'
/** Stands in one of 5,000. */
export const RARE_WORD = 'zeppelin'

const words =
  `der die das und ist nicht ein wir es mit auf für den von dem bitte seit heute haben wird the is not we it with on for please since today have will ` +
  `Rechnung Export Import Drucker Anmeldung Passwort Lieferung Bestellung Lager Artikel Kunde Vertrag Zugang Fehler Meldung Liste Bericht Datei Update Konto ` +
  `bill export import printer login password delivery order stock item customer contract access error message list report file update account ` +
  `Monatsabschluss Schnittstelle Abgleich Zeitüberschreitung Querformat Bestellnummer Buchhaltung Kennwort Freigabe Vorlage Schriftart Umlaut Rabatt Mahnung Inventur ` +
  `timeout landscape accounting approval template font discount reminder inventory warehouse barcode scanner label shipment refund currency rounding backup restore ` +
  `Kassensturz Palettenschein Zollnummer Chargenverfolgung Kommissionierung Etikettendruck Rückläufer Dauerauftrag Sammelrechnung Gutschrift Teillieferung Umlagerung ` +
  `quarterly consolidation serialnumber backorder dropshipping reconciliation chargeback allocation forecasting throughput calibration deprecation`
const vocabulary = words.split(/\s+/).filter(Boolean)
/** What compounds are made of, as German does; each of them is rare. */
const nouns = vocabulary.filter(word => /^[A-Z]/.test(word))

/** The same numbers between 0 and 1 at every run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `count` texts of `min` to `max` words; what leads the vocabulary is drawn far more often. */
export function sentences(count: number, min: number, max: number, roll: () => number): string[] {
  const word = () => vocabulary[Math.floor(roll() ** 2 * vocabulary.length)] ?? ''
  const noun = () => nouns[Math.floor(roll() * nouns.length)] ?? ''
  const code = () => `K${Math.floor(roll() * 90_000 + 10_000)}`
  const draw = (kind = roll()) => (kind < 0.03 ? code() : kind < 0.2 ? noun() + noun().toLowerCase() : word())
  const sentence = () => {
    const length = min + Math.floor(roll() * (max - min + 1))
    const text = Array.from({ length }, () => draw()).join(' ')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  return Array.from({ length: count }, sentence)
}
