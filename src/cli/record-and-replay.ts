import { resolve } from 'node:path'
import { CodexError } from '../plugin-api/errors.ts'
import type { ThreadRequest } from '../plugin-api/kernel-client.ts'
import type { ParsedOptions } from './thread-options.ts'

/** What `--record` and `--replay` say of a request; empty where neither is given. @throws CodexError `usage.arguments` */
export function recordAndReplay(options: ParsedOptions): Pick<ThreadRequest, 'record' | 'replay'> {
  const { record, replay } = options
  assertTogether(options)
  if (record !== undefined) return { record: { file: resolve(record), overwrite: options.force ?? false } }
  if (replay === undefined) return {}
  const speed = options['replay-speed']
  return {
    replay: {
      file: resolve(replay),
      tools: options['replay-tools'] === 'recorded' ? 'recorded' : 'run',
      lenient: options['replay-lenient'] ?? false,
      ...(speed !== undefined && { speed: parseSpeed(speed) }),
    },
  }
}

/** A replay is a thread of its own, whatever the recorded one was. */
export function replayBeginsAnew(word: string): CodexError {
  return usage(
    `${word} and --replay cannot be used together`,
    `The recording has what the thread was asked: leave ${word} out.`,
  )
}

/** Options that say what a recording says already, and options that nothing would follow. */
function assertTogether(options: ParsedOptions): void {
  const { record, replay } = options
  if (record !== undefined && replay !== undefined) {
    throw usage('--record and --replay cannot be used together', 'A replay is recorded already: leave one of them out.')
  }
  const needed = [
    ['force', 'record'],
    ['replay-tools', 'replay'],
    ['replay-speed', 'replay'],
    ['replay-lenient', 'replay'],
  ] as const
  for (const [option, of] of needed) {
    if (options[option] !== undefined && options[of] === undefined) {
      throw usage(`--${option} is for --${of}`, `Add --${of} FILE, or leave --${option} out.`)
    }
  }
  const way = record === undefined ? 'replay' : 'record'
  if (options['dry-run'] && (record ?? replay) !== undefined) {
    throw usage(
      `--dry-run and --${way} cannot be used together`,
      'A dry run asks nothing, so there is nothing to write down or to repeat.',
    )
  }
  if (replay === undefined) return
  const said = [
    'model',
    'oss',
    'local-provider',
    'playbook',
    'image',
    'var',
    'selection',
    'output-schema',
    'approve-for-me',
  ] as const
  const both = said.find((option) => options[option] !== undefined)
  if (both === 'approve-for-me') {
    throw usage(
      '--approve-for-me and --replay cannot be used together',
      'The recording would answer for the reviewing agent. --replay-tools recorded carries nothing out.',
    )
  }
  if (both !== undefined) {
    throw usage(`--${both} and --replay cannot be used together`, `The recording says it: leave --${both} out.`)
  }
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (Number.isFinite(speed) && speed > 0) return speed
  throw usage(
    `invalid value '${text}' for '--replay-speed'`,
    'Give a number above 0: 1 is as fast as it was, 2 twice as fast.',
  )
}

function usage(message: string, hint: string): CodexError {
  return new CodexError('usage.arguments', message, { hint })
}
