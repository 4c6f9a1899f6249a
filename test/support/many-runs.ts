import fc from 'fast-check'

/** Two hundred times fast-check's default of 100 for every property that names no number of its own. */
fc.configureGlobal({ numRuns: 20_000 })
