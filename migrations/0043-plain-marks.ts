import { Migration } from '@mikro-orm/migrations'

/**
 * Where a search hit is shown by the words themselves: each different word that begins as one of the search does is looked
 * up once, and marked wherever it stands. PostgreSQL's own headline takes all words around it apart, in two languages, and
 * took three times as long.
 */
export default class PlainMarks extends Migration {
  override up(): void {
    // A regular expression of the words that are hits; null where none is.
    this.addSql(String.raw`
create function search_hits(words text, query tsquery, pattern text) returns text
  language plpgsql stable strict parallel safe as $$
  declare
    word text;
    seen text[] := '{}';
    hits text;
  begin
    for word in select lower(m[1]) from regexp_matches(words, '(' || pattern || '\w*)', 'gi') m loop
      continue when word = any(seen);
      seen := seen || word;
      if (to_tsvector('pg_catalog.english', word) || to_tsvector('pg_catalog.german', word)) @@ query then
        hits := concat_ws('|', hits, regexp_replace(word, '([^[:alnum:]])', '\\\1', 'g'));
      end if;
    end loop;
    return '\m(' || hits || ')\M';
  end $$`)
    // What is searched for as a phrase is more than its words, and is left to the headline.
    this.addSql(String.raw`
create function search_marked(words text, query tsquery, pattern text) returns text
  language plpgsql stable strict parallel safe as $$
  declare
    hits text;
  begin
    if position('<' in query::text) > 0 then return search_mark(words, query, true); end if;
    hits := search_hits(words, query, pattern);
    return case when hits is null then words else regexp_replace(words, hits, chr(2) || '\1' || chr(3), 'gi') end;
  end $$`)
    this.addSql(String.raw`
create or replace function search_excerpt(words text, query tsquery, pattern text) returns text
  language plpgsql stable strict parallel safe as $$
  declare
    whole text := translate(left(words, 4000), E'\r\n\t', '   ');
    hits text;
    at int;
    first int := 1;
    piece text;
    is_end boolean;
  begin
    if position('<' in query::text) > 0 then
      piece := search_mark(whole, query, false);
      return case when position(chr(2) in piece) > 0 then piece end;
    end if;
    hits := search_hits(whole, query, pattern);
    if hits is null then return null; end if;
    if length(whole) > 160 then
      at := regexp_instr(whole, hits, 1, 1, 0, 'i');
      first := greatest(1, at - 50);
      -- Begins with a word, where there is one between.
      if first > 1 then first := least(at, first + position(' ' in substring(whole from first for at - first))); end if;
    end if;
    piece := substring(whole from first for 160);
    is_end := first + length(piece) > length(whole);
    if not is_end then piece := rtrim(left(piece, length(piece) - position(' ' in reverse(piece)))); end if;
    piece := regexp_replace(piece, hits, chr(2) || '\1' || chr(3), 'gi');
    return case when first > 1 then '… ' else '' end || piece || case when is_end then '' else ' …' end;
  end $$`)
  }
}
