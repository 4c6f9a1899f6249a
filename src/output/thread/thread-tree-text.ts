import type { ThreadBranch } from '../../plugin-api/index.ts'
import { cutToCells } from '../cell-width.ts'
import { printableLine } from '../scan/printable-text.ts'
import { ageOf, shortId, subjectOf } from './thread-list.ts'

/** One line a thread, below the one that handed it its work: id, whether it runs, when it last grew, its agent, what it is about. */
export function threadTreeText(
  branches: readonly ThreadBranch[],
  { now, width }: { readonly now: Date; readonly width: number },
): string {
  const lines = (each: readonly ThreadBranch[], before: string): readonly string[] =>
    each.flatMap(({ thread, running, children }, index) => {
      const isLast = index === each.length - 1
      const [branch, below] =
        before === '' && thread.parent === undefined ? ['', ''] : isLast ? ['└ ', '  '] : ['├ ', '│ ']
      const state = running ? 'running' : ageOf(thread.updated, now)
      const agent = thread.agent === undefined ? '' : `${thread.agent}: `
      const line = `${before}${branch}${shortId(thread.id)}  ${state}  ${printableLine(`${agent}${subjectOf(thread)}`)}`
      const inner = `${before}${below}`
      return [cutToCells(line, Math.max(1, width)), ...lines(children, inner === '' ? ' ' : inner)]
    })
  return lines(branches, '').join('\n')
}
