import { Migration } from '@mikro-orm/migrations'

/**
 * Reference numbers are found whole and in their parts. PostgreSQL takes the minus of "R-20931" for the sign of a number,
 * which then only "-20931" finds; so one before a digit ends the word. What is searched for is treated the same way
 * (lib/search-query.ts). Dashes of every kind count as a minus.
 */
export default class Search extends Migration {
  override up(): void {
    this.addSql(`
create or replace function search_words(words text) returns tsvector
  language plpgsql immutable parallel safe as $$
  declare
    plain text := regexp_replace(translate(left(words, 60000), '‐‑–—−', '-----'), '-+([0-9])', ' \\1', 'g');
  begin
    return to_tsvector('pg_catalog.english', plain) || to_tsvector('pg_catalog.german', plain);
  end $$`)
    this.addSql(`
select search_rebuild(id) from ticket
  where search_public::text ~ '[‐‑–—−]|-[0-9]' or search_notes::text ~ '[‐‑–—−]|-[0-9]'`)
  }
}
