// How long texts may be, in characters. Longer ones belong into a file.

export const MAX_MESSAGE = 100_000
export const MAX_SUBJECT = 200
