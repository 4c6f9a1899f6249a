import { defineProvider } from 'codex-kernel/plugin-api'
import { carryOut } from './carry-out.ts'

/** Answers with the steps of the agent's `[playbook]` in place of a language model. */
export const provider = defineProvider({
  id: 'playbook',
  modelFree: true,
  models: async () => [{ id: 'playbook' }],
  stream: carryOut,
})
