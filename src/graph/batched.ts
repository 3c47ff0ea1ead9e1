import DataLoader from 'dataloader'

/** Reads for many at once; ids that nothing was found for are left out of the answer. */
type ReadAll<K, T> = (asker: K, ids: readonly string[]) => Promise<ReadonlyMap<string, T>>

/**
 * Makes one reading for many of a reading for one: what a level of the answer asks of a list of things is asked in one
 * statement. `K` is whatever lives as long as the operation (entity manager or context). Nothing is remembered, so what a
 * mutation changed is read anew.
 */
export function batched<K extends object, T>(readAll: ReadAll<K, T>): (asker: K, id: string) => Promise<T | null> {
  const loaders = new WeakMap<K, DataLoader<string, T | null>>()
  return async (asker, id) => {
    const loader = loaders.get(asker) ?? loaderFor(asker, readAll)
    loaders.set(asker, loader)
    return loader.load(id)
  }
}

const loaderFor = <K, T>(asker: K, readAll: ReadAll<K, T>) =>
  new DataLoader<string, T | null>(
    async ids => {
      const found = await readAll(asker, [...new Set(ids)])
      return ids.map(id => found.get(id) ?? null)
    },
    { cache: false },
  )
