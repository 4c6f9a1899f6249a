import { errorTable, exitCodes } from '../../src/plugin-api/index.ts'

const exitMeanings = {
  done: 'Done, also where tool calls were denied or failed on the way.',
  failed: 'The turn failed, or the configuration, a definition or a thread is broken.',
  usage: 'The command line is wrong.',
  findings: 'There are findings at or above `--fail-on`.',
  budget: 'A budget is spent.',
  denied: 'The action that was asked for was denied before it started.',
  nodeTooOld: 'Node is too old.',
  interrupted: 'A person or a signal stopped it.',
} as const satisfies Record<keyof typeof exitCodes, string>

/** Exit codes and error codes, from `plugin-api/errors.ts`. */
export function errorPage(): string {
  const exits = Object.entries(exitCodes).map(
    ([name, exit]) => `| ${exit} | ${exitMeanings[name as keyof typeof exitCodes]} |`, // the table's own keys
  )
  const codes = Object.entries(errorTable).map(([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`)
  return `# Errors

What stops the work is told on stderr as \`error: message\`, with a place and a hint where there is one, and ends in an exit code.
With \`--json\` it is a \`turn.failed\` event whose \`error.code\` is one of the codes below.

## Exit codes

| exit | meaning |
| --- | --- |
${exits.join('\n')}

## Error codes

A plugin may add codes of its own. They start with its id and a dot, and exit 1.

| code | exit | meaning |
| --- | --- | --- |
${codes.join('\n')}
`
}
