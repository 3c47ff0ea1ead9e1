/** A mail that cannot be filed after so many tries is set aside for an agent. */
export const FILE_TRIES = 8
