import { type DoctorCheck, defineHandler } from 'codex-kernel/plugin-api'

/** Checks by what they are about; a name that stands nowhere is told last. */
const groups: Readonly<Record<string, readonly string[]>> = {
  Program: ['program', 'node', 'shell', 'command', 'proxy', 'git'],
  Home: ['home', 'disk', 'cache', 'sessions', 'permissions', 'shared home'],
  Safety: ['restrictions', 'sandbox', 'audit'],
  Model: ['model'],
  'Plugins and files': ['plugins', 'files'],
}

/** `/doctor [--online]` */
export const handler = defineHandler({
  metadata: {
    name: 'doctor',
    description: 'Check what this program needs, and say how to get what is missing.',
    category: 'kernel',
    args: [
      {
        name: 'online',
        type: 'boolean',
        required: false,
        description: 'Ask the configured model too, with the smallest request',
      },
    ],
  },
  async run({ online }, client, signal) {
    const checks = await client.doctor(signal, { online: online === true })
    const exitCode = checks.some((check) => check.status === 'error') ? 1 : 0
    return { type: 'output', text: textOf(checks), data: checks, exitCode }
  },
})

function textOf(checks: readonly DoctorCheck[]): string {
  const known = Object.values(groups).flat()
  const others = checks.map(({ name }) => name).filter((name) => !known.includes(name))
  const sections = Object.entries({ ...groups, Other: others }).flatMap(([title, names]) => {
    const found = checks.filter(({ name }) => names.includes(name))
    return found.length > 0 ? [[title, ...found.map(checkText)].join('\n')] : []
  })
  return [...sections, verdict(checks)].join('\n\n')
}

function checkText({ name, status, detail, fix }: DoctorCheck): string {
  const line = `  ${status.padEnd(7)}  ${name}: ${detail}`
  return fix ? `${line}\n           fix: ${fix}` : line
}

function verdict(checks: readonly DoctorCheck[]): string {
  const count = (wanted: DoctorCheck['status']) => checks.filter(({ status }) => status === wanted).length
  const [errors, warnings] = [count('error'), count('warning')]
  if (errors + warnings === 0) return 'All is well.'
  const told = [errors > 0 && plural(errors, 'error'), warnings > 0 && plural(warnings, 'warning')]
  return `${told.filter(Boolean).join(', ')}. Each says how to mend it.`
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
