import { Migration } from '@mikro-orm/migrations'

/**
 * Mistyped names find their people. pg_trgm is a trusted extension: whoever may create things in the database may create it.
 *
 * Umlauts and accents count as their letters. Similar is what shares half of the trigrams of what was typed; the index can
 * only be asked by the operator, whose limit is a setting, so it stands with the functions. Of those only the most similar.
 */
export default class SimilarNames extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm')
    this.addSql(`
create function plain_letters(words text) returns text
  language sql immutable parallel safe
  return translate(lower(words), 'äàáâãåçèéêëìíîïñöòóôõøùúûüýÿßłńśźżćčďěňřšťůž', 'aaaaaaceeeeiiiinoooooouuuuyyslnszzccdenrstuz')`)
    this.addSql(`
create index person_similar on person using gin (plain_letters(name || ' ' || email) gin_trgm_ops)`)
    this.addSql(`
create index person_address_similar on person_address using gin (plain_letters(address) gin_trgm_ops)`)
    this.addSql(`
create index organization_similar on organization using gin (plain_letters(name) gin_trgm_ops)`)
    this.addSql(`
create function similar_names(typed text) returns table (id uuid, name text, is_person boolean)
  language sql stable rows 20
  set pg_trgm.word_similarity_threshold = 0.5
  as $$
    with meant as (select plain_letters(typed) as words),
    alike as (
      select p.id, p.name, true as is_person, word_similarity(words, plain_letters(p.name || ' ' || p.email)) as likeness
        from meant, person p where words <% plain_letters(p.name || ' ' || p.email)
      union all
      select p.id, p.name, true, word_similarity(words, plain_letters(a.address))
        from meant, person_address a join person p on p.id = a.user_id where words <% plain_letters(a.address)
      union all
      select o.id, o.name, false, word_similarity(words, plain_letters(o.name))
        from meant, organization o where words <% plain_letters(o.name)
    ),
    best as (select id, name, is_person, max(likeness) as likeness from alike group by id, name, is_person)
    select id, name, is_person from best
      where likeness >= (select max(likeness) from best) - 0.15
      order by likeness desc, name, id limit 20
  $$`)
  }
}
