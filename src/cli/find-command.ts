import type { Config } from '@oclif/core'

/** The words before the first option. */
export function leadingWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'))
  return end === -1 ? argv : argv.slice(0, end)
}

/** The longest run of first words that is a command of oclif's, and what is left; undefined where none is. */
export function findCommand(
  argv: readonly string[],
  config: Config,
): { readonly id: string; readonly argv: readonly string[] } | undefined {
  for (let count = leadingWords(argv).length; count > 0; count -= 1) {
    const id = argv.slice(0, count).join(':')
    if (config.findCommand(id)) return { id, argv: argv.slice(count) }
  }
  return undefined
}
