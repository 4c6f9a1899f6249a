/** Id of the provider that answers from recordings. */
export const replayId = 'replay'
