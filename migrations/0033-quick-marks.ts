import { Migration } from '@mikro-orm/migrations'

/**
 * What is shown of a hit is looked for by how its words begin, and only the piece around it is taken apart: taking every
 * message of a page apart, in two languages, cost ten times as much as finding them.
 */
export default class QuickMarks extends Migration {
  override up(): void {
    // Stems fold umlauts, and end in other vowels than their words.
    this.addSql(String.raw`
create function search_pattern(query tsquery) returns text
  language sql stable strict parallel safe
  return (
    select '\m(?:' || string_agg(distinct
      replace(replace(replace(replace(
        regexp_replace(case when length(stem) > 3 then regexp_replace(stem, '[ie]$', '') else stem end, '([^[:alnum:]])', '\\\1', 'g'),
        'ss', '(?:ss|ß)'), 'a', '[aä]'), 'o', '[oö]'), 'u', '[uü]'), '|') || ')'
    from (select replace(m[1], '''''', '''') as stem from regexp_matches(query::text, '''((?:[^'']|'''')+)''', 'g') m) stems)`)
    this.addSql(String.raw`
create function search_excerpt(words text, query tsquery, pattern text) returns text
  language plpgsql stable strict parallel safe as $$
  declare
    whole text := left(words, 4000);
    at int := regexp_instr(whole, pattern, 1, 1, 0, 'i');
    first int := case when length(whole) <= 240 then 1 else greatest(1, at - 60) end;
    piece text := substring(whole from first for 240);
    is_end boolean := first + length(piece) > length(whole);
    part text;
  begin
    if at = 0 then return null; end if;
    if first > 1 then piece := regexp_replace(piece, '^\S*\s+', ''); end if;
    if not is_end then piece := regexp_replace(piece, '\s+\S*$', ''); end if;
    part := search_mark(piece, query, false);
    if position(chr(2) in part) = 0 then return null; end if;
    if first > 1 and left(part, 1) <> '…' then part := '… ' || part; end if;
    if not is_end and right(part, 1) <> '…' then part := part || ' …'; end if;
    return part;
  end $$`)
  }
}
