import { defineHandler } from 'codex-kernel/plugin-api'

/** `/agent ID "task" [paths]` */
export const handler = defineHandler({
  metadata: {
    name: 'agent',
    description: 'Run one agent on a task.',
    category: 'kernel',
    args: [
      { name: 'id', type: 'string', required: true, description: 'Agent, by id or alias' },
      { name: 'task', type: 'string', required: true, description: 'What it is to do' },
      { name: 'paths', type: 'list', required: false, description: 'Files and folders to look at' },
    ],
  },
  async run({ id, task, paths }) {
    return {
      type: 'thread',
      agent: String(id),
      prompt: String(task),
      ...(Array.isArray(paths) && { paths: paths.map(String) }),
    }
  },
})
