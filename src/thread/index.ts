export { noUsage, type ThreadRecord } from './rollout-lines.ts'
export { runThread, type ThreadRun } from './run-thread.ts'
export { runTurn, type Turn, type TurnDeps, type TurnStage, type TurnTools } from './run-turn.ts'
export { openFileStore, type StoredThread, type ThreadStore } from './thread-store.ts'
