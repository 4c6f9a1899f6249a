/** Milliseconds of a clock that never goes back. The first look at `performance` loads its module, which a turn does not need otherwise. */
export const clockMs = (): number => process.uptime() * 1000
