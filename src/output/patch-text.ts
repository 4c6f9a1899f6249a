import { terminalLine, terminalText } from '../plugin-api/terminal-text.ts'
import type { Colours } from './colours.ts'
import type { ItemStyle } from './item-style.ts'

/** What a patch does to one file. */
export interface PatchedFile {
  readonly kind: 'add' | 'delete' | 'update'
  /** As the patch names it. */
  readonly path: string
  readonly movedTo?: string
  /** Lines of the patch: `@@ …`, and those with a blank, `+` or `-` before them. */
  readonly lines: readonly string[]
}

/** Of one patch so many lines are shown while a thread runs. */
const maxShownLines = 40
const header = /^\*\*\* (Add|Delete|Update) File: (.+)$/

/** The files of a patch as a model writes it (`*** Begin Patch`), which may stand in a script; empty where there is none. */
export function patchedFiles(text: string): readonly PatchedFile[] {
  const begin = text.indexOf('*** Begin Patch')
  if (begin === -1) return []
  const files: { kind: PatchedFile['kind']; path: string; movedTo?: string; lines: string[] }[] = []
  for (const line of text.slice(begin).split(/\r?\n/).slice(1)) {
    if (line.trimEnd() === '*** End Patch') break
    const [, verb, path] = header.exec(line) ?? []
    const last = files.at(-1)
    if (verb !== undefined && path !== undefined) {
      files.push({
        kind: verb === 'Add' ? 'add' : verb === 'Delete' ? 'delete' : 'update',
        path: path.trim(),
        lines: [],
      })
    } else if (last && line.startsWith('*** Move to: ')) {
      last.movedTo = line.slice('*** Move to: '.length).trim()
    } else if (last && /^(?:@@|[ +-]|$)/.test(line)) {
      last.lines.push(line)
    }
  }
  return files
}

/** Lines that a file gets and loses: `+3 -1`. */
export function changeCounts({ lines }: PatchedFile): { readonly added: number; readonly removed: number } {
  return {
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  }
}

/** A patch for a person: each file with what it gets and loses, and its lines. */
export function patchText(files: readonly PatchedFile[], { paint, isFolded, rest }: ItemStyle): string {
  let room = isFolded ? maxShownLines : Number.POSITIVE_INFINITY
  return files
    .flatMap((file) => {
      const shown = file.lines.slice(0, Math.max(0, room))
      room -= shown.length
      const hidden = file.lines.length - shown.length
      const more =
        hidden === 0
          ? []
          : [paint.dim(`  … ${hidden} more ${hidden === 1 ? 'line' : 'lines'}${rest === undefined ? '' : `: ${rest}`}`)]
      return [fileHeader(file, paint), ...shown.map((line) => `  ${patchLine(line, paint)}`), ...more]
    })
    .join('\n')
}

const verbs = { add: 'added', delete: 'deleted', update: 'edited' } as const

function fileHeader(file: PatchedFile, paint: Colours): string {
  const { added, removed } = changeCounts(file)
  const counts = [
    ...(added > 0 ? [paint.green(`+${added}`)] : []),
    ...(removed > 0 ? [paint.red(`-${removed}`)] : []),
  ].join(' ')
  const to = file.movedTo === undefined ? '' : ` to ${paint.bold(terminalLine(file.movedTo))}`
  const verb = file.movedTo === undefined ? verbs[file.kind] : 'moved'
  return `${paint.cyan(verb)} ${paint.bold(terminalLine(file.path))}${to}${counts === '' ? '' : ` (${counts})`}`
}

function patchLine(line: string, paint: Colours): string {
  const text = terminalText(line)
  if (line.startsWith('+')) return paint.green(text)
  if (line.startsWith('-')) return paint.red(text)
  return line.startsWith('@@') ? paint.cyan(text) : paint.dim(text)
}
