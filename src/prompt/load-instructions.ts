import { lstat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { decodeText } from '../config/read-text.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { Gate } from '../security/gate.ts'
import { type ActionScope, createActionScope } from '../tools/context/gated-action.ts'
import { readRealFile } from '../tools/context/read-real-file.ts'
import { onOneLine, withoutMarks } from './mark-data.ts'

export interface InstructionsRequest {
  /** Absent: there is no CODEX_HOME, and so no instructions for all projects. */
  readonly codexHome?: string
  /** Root of the repository, or `cwd` where there is none; nothing above it is read. Real path. */
  readonly projectRoot: string
  readonly cwd: string
  /** `project_doc_fallback_filenames`: names that stand for AGENTS.md where it is missing, best first. */
  readonly fallbackNames: readonly string[]
  /** `project_doc_max_bytes`: bytes that the project's files may have together. */
  readonly maxBytes: number
}

export interface Instructions {
  /** The user message; absent where no file says anything. */
  readonly text?: string
  /** The files that are in it. */
  readonly files: readonly string[]
  /** What was cut or may not be read, a sentence each. */
  readonly notes: readonly string[]
}

/**
 * The AGENTS.md files: the one in CODEX_HOME, then one of each directory from the project's root down to `cwd`
 * (`AGENTS.override.md`, else `AGENTS.md`, else, in the project, a fallback name). They are data that changes no permission.
 * @throws the abort reason
 */
export async function loadInstructions(
  request: InstructionsRequest,
  deps: { readonly gate: Gate },
  signal: AbortSignal,
): Promise<Instructions> {
  const notes: string[] = []
  const actions = createActionScope({ gate: deps.gate, denied: () => {}, signal })
  const reader: Reader = { actions, note: (text) => notes.push(text), signal }
  const globalDoc = request.codexHome && (await readFirst(request.codexHome, ownNames, reader))
  const projectDocs = await readProjectDocs(request, reader)

  const globalText = globalDoc ? [globalDoc.text] : []
  const projectText = projectDocs.length > 0 ? [projectDocs.map(({ text }) => text).join('\n\n')] : []
  const body = [...globalText, ...projectText].join('\n\n--- project-doc ---\n\n')
  const files = [...(globalDoc ? [globalDoc.file] : []), ...projectDocs.map(({ file }) => file)]
  if (body === '') return { files, notes }
  const where = withoutMarks(onOneLine(request.cwd))
  const text = `# AGENTS.md instructions for ${where}\n\n<INSTRUCTIONS>\n${withoutMarks(body)}\n</INSTRUCTIONS>`
  return { text, files, notes }
}

/** Best first. */
const ownNames = ['AGENTS.override.md', 'AGENTS.md'] as const

interface Reader {
  readonly actions: ActionScope
  note(text: string): void
  readonly signal: AbortSignal
}

interface Doc {
  readonly file: string
  readonly text: string
}

async function readProjectDocs(request: InstructionsRequest, reader: Reader): Promise<readonly Doc[]> {
  if (request.maxBytes === 0) return []
  const names = [...ownNames, ...request.fallbackNames]
  const docs: Doc[] = []
  let left = request.maxBytes
  for (const directory of directoriesBetween(request.projectRoot, request.cwd)) {
    const doc = await readFirst(directory, names, reader, left)
    if (!doc) continue
    left -= Buffer.byteLength(doc.text)
    docs.push(doc)
  }
  return docs
}

/** From the root down to the directory, both included; the directory alone where it is not below the root. */
function directoriesBetween(root: string, directory: string): readonly string[] {
  const below = relative(root, directory)
  if (below === '..' || below.startsWith(`..${sep}`)) return [directory]
  const directories = [directory]
  for (let at = directory; at !== root && dirname(at) !== at; at = dirname(at)) directories.unshift(dirname(at))
  return directories
}

/** The first of the names that there is, without white space around it; undefined where none is or says anything. */
async function readFirst(
  directory: string,
  names: readonly string[],
  reader: Reader,
  maxBytes?: number,
): Promise<Doc | undefined> {
  for (const name of names) {
    const file = join(directory, name)
    const bytes = await readIfThere(file, reader)
    if (!bytes) continue
    const text = decode(bytes, file, maxBytes, reader)
    return text === '' ? undefined : { file, text }
  }
  return undefined
}

/** Undefined where there is no such file, or it may not be read, which a note says. */
async function readIfThere(file: string, { actions, note, signal }: Reader): Promise<Uint8Array | undefined> {
  // Most of the names are not there; the gate and its log hear of those that are.
  if (!(await isThere(file, note))) return undefined
  try {
    return await actions.perform({ kind: 'read', path: file }, (allowed) => readRealFile(allowed.path, signal))
  } catch (error) {
    signal.throwIfAborted()
    note(`${file} is not loaded: ${problemOf(error)}`)
    return undefined
  }
}

async function isThere(file: string, note: Reader['note']): Promise<boolean> {
  try {
    await lstat(file)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') note(`${file} is not loaded: ${problemOf(error)}`)
    return false
  }
}

/** What a person can do something about, in words. */
function problemOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'it is a symbolic link that leads to nothing'
    case 'EISDIR':
      return 'it is a directory, and has to be a file'
    case 'EACCES':
      return 'it may not be read (see ls -l)'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function decode(bytes: Uint8Array, file: string, maxBytes: number | undefined, reader: Reader): string {
  const isCut = maxBytes !== undefined && bytes.length > maxBytes
  if (isCut) reader.note(`Loaded only ${maxBytes} of ${bytes.length} bytes from ${file}`)
  try {
    const text = isCut ? cutAt(bytes, maxBytes) : decodeText(bytes, file)
    return text.trim()
  } catch (error) {
    if (!isCodexError(error)) throw error
    reader.note(`${file} is not loaded: ${error.message}`)
    return ''
  }
}

/** The text of the first bytes; a character that the cut falls into is left out. */
function cutAt(bytes: Uint8Array, maxBytes: number): string {
  return new TextDecoder('utf-8').decode(bytes.subarray(0, maxBytes), { stream: true })
}
