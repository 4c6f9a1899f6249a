import { defineHandler } from 'codex-kernel/plugin-api'

/** `/doctor` */
export const handler = defineHandler({
  metadata: {
    name: 'doctor',
    description: 'Check what this program needs, and say how to get what is missing.',
    category: 'kernel',
  },
  async run(_args, client, signal) {
    const checks = await client.doctor(signal)
    const lines = checks.flatMap(({ name, status, detail, fix }) => [
      `${status.padEnd(7)}  ${name}: ${detail}`,
      ...(fix ? [`         fix: ${fix}`] : []),
    ])
    const exitCode = checks.some((check) => check.status === 'error') ? 1 : 0
    return { type: 'output', text: lines.join('\n'), data: checks, exitCode }
  },
})
