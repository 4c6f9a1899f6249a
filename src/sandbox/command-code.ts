/** What starting a command takes: most turns start none, and load none of it. */
export { runCommand } from './run-command.ts'
export * as shellState from './shell-state.ts'
export { startCommand } from './start-command.ts'
