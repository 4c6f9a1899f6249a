import { defineHandler } from 'codex-kernel/plugin-api'

/** `/orchestrate`: what `codex supervisor` does with a goal. */
export const handler = defineHandler({
  metadata: {
    name: 'orchestrate',
    description: 'Have several agents reach a goal together: plan, assign, run, merge.',
    category: 'agents',
    args: [{ name: 'goal', type: 'text', required: true, description: 'what is to be reached' }],
  },
  gives: 'run',
  async run({ goal }) {
    return { type: 'run', request: { goal: String(goal), plan: {} } }
  },
})
