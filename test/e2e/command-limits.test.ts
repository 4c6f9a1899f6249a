import { expect, test } from 'vitest'
import { completedItems, execCase, toolOutputs } from '../support/exec-case.ts'
import { sentBody } from '../support/scripted-session.ts'

const limits = [
  { limit: 'command_timeout_ms = 1000', script: 'sleep 60', code: 124, said: 'it ran longer than 1000 ms' },
  {
    limit: 'max_cpu_seconds = 1',
    script: 'while :; do :; done',
    code: 152,
    said: 'it used more than 1 s of processor time',
  },
  {
    limit: 'max_file_bytes = 1024',
    script: 'head -c 9000 /dev/zero > big',
    code: 153,
    said: 'it wrote a file of more than 1024 bytes',
  },
]

test.each(limits)(
  'who runs a command, and the model, learn that $limit ended it',
  async ({ limit, script, code, said }) => {
    const profile = `id = "bounded"\nextends = "workspace-write"\n[limits]\n${limit}\n`
    const session = await execCase([{ calls: [{ shell: script }] }, { text: 'ok' }], {
      home: { 'profiles/bounded.toml': profile },
    })
    const alone = await session.run(['sandbox', '-P', 'bounded', '--', 'sh', '-c', script])
    expect(alone.exitCode).toBe(code)
    expect(alone.stderr).toContain(`A limit ended the command: ${said}.`)
    expect(alone.stdout).not.toContain('A limit')
    const turn = await session.exec(['--security-profile', 'bounded', 'go'])
    expect(completedItems(turn, 'command_execution')[0]).toMatchObject({
      exit_code: code,
      aggregated_output: expect.stringContaining(said),
    })
    expect(Object.values(toolOutputs(sentBody(session.server, -1))).join()).toContain(said)
  },
)
