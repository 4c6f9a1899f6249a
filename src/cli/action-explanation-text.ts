import { formatLocation } from '../plugin-api/diagnostic.ts'
import type { SandboxPolicy } from '../plugin-api/index.ts'
import type { ActionAnswer, ActionExplanation } from '../runtime/explain-action.ts'
import type { AllowedHosts, Confinement } from '../runtime/explain-confinement.ts'

/** An explanation for people: the answer, what each layer says by itself, and how a command would be held. */
export function actionExplanationText({
  profile,
  verdict,
  layers,
  sandbox,
  holdsCommands = true,
}: ActionExplanation): string {
  return [
    `${verdict.answer}: ${verdict.reason}${place(verdict)}`,
    `Profile ${profile}; each layer by itself:`,
    ...layers.map(
      (each) => `  ${each.answer.padEnd(5)}  ${each.layer}: ${each.rule}${justification(each)}${place(each)}`,
    ),
    ...(sandbox ? sandboxLines(sandbox) : []),
    ...(holdsCommands
      ? []
      : ['Commands run without a sandbox here, and are not held to this: tools, models and servers are.']),
  ].join('\n')
}

function place(answer: ActionAnswer): string {
  const text = formatLocation(answer)
  return text === '' ? '' : `  ${text}`
}

function justification({ justification: text }: ActionAnswer): string {
  return text === undefined ? '' : ` (${text})`
}

function sandboxLines(held: Confinement): readonly string[] {
  const { needed, backend, detail, problem, policy, network, hosts, limits } = held
  if (needed === 'none') return ['Sandbox: none, since nothing narrows what a command may do.']
  return [
    backend === undefined ? 'Sandbox: none works here, so the command is refused.' : `Sandbox ${backend} (${detail}):`,
    ...(problem ? [line('refused', [problem.reason, problem.fix ?? ''].filter(Boolean).join(' '))] : []),
    ...(policy ? policyLines(policy) : []),
    ...(policy ? [line('network', networkWords[network]), ...(hosts ? hostLines(hosts) : [])] : []),
    line('limits', limitWords(limits)),
  ]
}

function policyLines(policy: SandboxPolicy): readonly string[] {
  const { readable, writable, denyRead, readOnly, temp, cwd } = policy
  return [
    line('starts in', cwd),
    ...list('reads', readable === 'all' ? ['the whole disk'] : readable),
    ...list('but not', denyRead),
    ...list('writes', writable),
    ...list('but not', readOnly),
    line('temp', temp === 'private' ? 'a /tmp of its own, empty and discarded' : "the machine's"),
  ]
}

const networkWords: Readonly<Record<Confinement['network'], string>> = {
  none: 'none but a loopback of its own',
  hosts: 'a loopback of its own, and by a relay the hosts that are allowed:',
  host: "the machine's",
}

function hostLines({ allow, deny, opened }: AllowedHosts): readonly string[] {
  const lists = allow.map((hosts) => (hosts.length === 0 ? 'none is named' : hosts.join(', ')))
  return [
    line('', lists.length === 0 ? 'any' : [...new Set(lists)].join('; of these ')),
    ...(opened.length > 0 ? [line('by rules', opened.join(', '))] : []),
    ...(deny.length > 0 ? [line('but not', deny.join(', '))] : []),
  ]
}

function limitWords(limits: Confinement['limits']): string {
  const named = Object.entries(limits).map(([name, value]) => `${name} = ${value}`)
  return named.length === 0 ? 'none' : named.join(', ')
}

function list(name: string, paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [line(name, 'nothing')] : paths.map((path, index) => line(index === 0 ? name : '', path))
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`
}
