import { Flags } from '../plugin-api/base-command.ts'

/** The flag of commands that can go on with a run of several agents. */
export const resumeFlag = Flags.string({
  description: 'Id of a run to go on with, or last: the newest of this directory.',
  exclusive: ['playbook'],
})
