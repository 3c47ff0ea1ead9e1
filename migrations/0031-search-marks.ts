import { Migration } from '@mikro-orm/migrations'

/** Where a search hit, for the tickets of a page: the words of what was found between two control characters. */
export default class SearchMarks extends Migration {
  override up(): void {
    // Any of the words: a message seldom has all that a ticket has.
    this.addSql(`
create function search_any(typed text) returns tsquery
  language sql stable parallel safe
  return replace((websearch_to_tsquery('pg_catalog.english', typed) || websearch_to_tsquery('pg_catalog.german', typed))::text, ' & ', ' | ')::tsquery`)
    // Minus before a digit and "<" are kept from the parser, which takes them for a sign and for a tag that it leaves out.
    this.addSql(String.raw`
create function search_mark(words text, query tsquery, is_whole boolean) returns text
  language plpgsql stable strict parallel safe as $$
  declare
    marks text := format('StartSel="%s", StopSel="%s"', chr(2), chr(3));
    how text := marks || case when is_whole then ', HighlightAll=true' else ', MaxFragments=1, MaxWords=20, MinWords=8' end;
    plain text := translate(regexp_replace(regexp_replace(left(words, 4000), '\s+', ' ', 'g'), '-(?=[0-9])', chr(1), 'g'), '<', chr(4));
    part text := ts_headline('pg_catalog.english', plain, query, how);
    bare text;
  begin
    if position(chr(2) in part) = 0 then
      part := ts_headline('pg_catalog.german', plain, query, how);
    else
      part := ts_headline('pg_catalog.german', part, query, marks || ', HighlightAll=true');
    end if;
    bare := translate(part, chr(2) || chr(3), '');
    if left(plain, length(bare)) <> bare then part := '… ' || part; end if;
    if right(plain, length(bare)) <> bare then part := part || ' …'; end if;
    return translate(part, chr(1) || chr(4), '-<');
  end $$`)
  }
}
