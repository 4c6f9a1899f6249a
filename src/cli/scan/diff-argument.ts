/**
 * `--diff` may stand without a value, which oclif does not know: it gets an empty one. The next word is its value unless it is
 * an option or names something that is there, which is then a path to scan; `--diff=BASE` leaves no doubt.
 */
export function withDiffValue(argv: readonly string[], isPath: (word: string) => boolean): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  return argv.flatMap((word, index) => {
    if (index > end) return [word]
    if (word === '--diff') {
      const next = index + 1 < end ? argv[index + 1] : undefined
      return next === undefined || next.startsWith('-') || isPath(next) ? ['--diff='] : [`--diff=${next}`]
    }
    const isValue = argv[index - 1] === '--diff' && !word.startsWith('-') && !isPath(word) && index < end
    return isValue ? [] : [word]
  })
}
