import { resolve } from 'node:path'
import { CodexError, isCodexError } from '../plugin-api/errors.ts'
import type {
  ApprovalAnswer,
  ApprovalRequest,
  Definition,
  Diagnostic,
  ToolCallItem,
  ToolCallOutputItem,
} from '../plugin-api/index.ts'
import { realPathAtUse } from '../security/real-path.ts'
import { createSecretPlaces, type SecretPlace } from '../security/secret-places.ts'
import { createActionScope } from '../tools/context/gated-action.ts'
import { readRealFile } from '../tools/context/read-real-file.ts'
import { createItemLedger, type ToolStreamEvent } from '../tools/index.ts'
import { type ChangedLines, readChangedLines } from './changed-lines.ts'
import { loadKernel } from './load-kernel.ts'
import { openSnapshot } from './open-snapshot.ts'
import { openThreadSecurity } from './open-thread-security.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { threadTools } from './thread-tools.ts'

export interface ToolSessionOptions {
  /** Name in the audit log, such as `scan`. */
  readonly name: string
  /** What the workspace's files say about themselves (suppressions) counts for this session, also where it is not trusted. */
  readonly trustWorkspace?: boolean
  /** Asks the person; absent: nobody is there, and what would be asked is denied. */
  readonly approve?: (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>
  /** Told when a call begins to write the files that it may, before any is there. Absent: nobody asks. */
  readonly writing?: () => void
}

/** Tools for a command of the program that needs no agent: the same schema check, hooks, gate and audit log as in a thread. */
export interface ToolSession {
  /** Absolute, real paths. */
  readonly workspaceRoot: string
  readonly cwd: string
  readonly isTrusted: boolean
  definitions(kind: string): Promise<readonly Definition<unknown>[]>
  diagnostics(): readonly Diagnostic[]
  /** Carries out one call to its end; its items come as they happen. A text is a freeform call, else the input becomes JSON. */
  call(tool: string, input: unknown, signal: AbortSignal): AsyncGenerator<ToolStreamEvent, ToolCallOutputItem>
  /** Texts of the files that may be read, as they are; what cannot be read is not in it. Names are relative to the root, or absolute. */
  readTexts(files: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** The lines that differ from a revision. @throws CodexError `usage.arguments`, `permission.denied` */
  changedLines(base: string | undefined, signal: AbortSignal): Promise<ChangedLines>
  /** Where in a text something stands that nobody should read in a report, in order. */
  secretPlaces(text: string): readonly SecretPlace[]
  /** Whether a plugin brings a tool of that name, and the profile lets it be used. */
  hasTool(name: string): boolean
  /** Ends the session: the audit log is on the disk. */
  close(): Promise<void>
}

/**
 * Opens the one way in which a command calls a tool: under the profile, and no agent.
 *
 * @throws CodexError `home.missing`, `config.*`, `definition.*`, `audit.unwritable`
 */
export async function openToolSession(
  options: RuntimeOptions,
  { name, trustWorkspace = false, approve, writing }: ToolSessionOptions,
  signal: AbortSignal,
): Promise<ToolSession> {
  const snapshot = openSnapshot(await loadKernel(options), signal)
  const { kernel, store } = snapshot
  const security = await openThreadSecurity(approve ? { approve } : {}, undefined, snapshot)
  const gate = security.gate(name, [])
  const workspace = { cwd: kernel.options.cwd, workspaceRoot: kernel.places.workspaceRoot }
  const isTrusted = trustWorkspace || kernel.loaded.trust === 'trusted'
  const tools = threadTools({
    ...{ kernel, store, security, gate, hooks: security.hooks, ledger: createItemLedger() },
    ...{ threadId: name, turnId: name, workspaceTrusted: isTrusted, writing },
    delegate: async () => {
      throw new CodexError('permission.denied', 'No agent works here, so none can be handed work')
    },
  })
  const calls = { count: 0 }
  const actionsUntil = (abort: AbortSignal) => createActionScope({ gate, denied: () => undefined, signal: abort })
  return {
    ...workspace,
    isTrusted,
    definitions: async (kind) => (await store.kind(kind)).effective,
    diagnostics: () => [...kernel.diagnostics, ...store.diagnostics()],
    call: (tool, input, abort) => tools.dispatch(toolCall(tool, input, `call_${++calls.count}`), undefined, abort),
    async readTexts(files, abort) {
      const texts = new Map<string, string>()
      const read = async () => {
        for (const file of files) {
          const text = await readText(resolve(workspace.workspaceRoot, file), gate.mayRead, abort)
          if (text !== undefined) texts.set(file, text)
        }
      }
      await actionsUntil(abort)
        .perform({ kind: 'read_tree', path: workspace.workspaceRoot }, read)
        .catch((error: unknown) => {
          if (!isCodexError(error) || error.code !== 'permission.denied') throw error
        })
      return texts
    },
    changedLines: (base, abort) =>
      actionsUntil(abort).perform({ kind: 'read_tree', path: workspace.workspaceRoot }, () =>
        readChangedLines({ ...workspace, base, searchPath: options.env.PATH }, abort),
      ),
    secretPlaces: createSecretPlaces(options.env, kernel.credentials.secrets()),
    hasTool: (name) => tools.names.has(name),
    async close() {
      await tools.close()
      gate.endTurn()
      await security.audit.sync()
      await security.audit.close()
    },
  }
}

function toolCall(tool: string, input: unknown, callId: string): ToolCallItem {
  return typeof input === 'string'
    ? { type: 'custom_tool_call', name: tool, input, call_id: callId }
    : { type: 'function_call', name: tool, arguments: JSON.stringify(input), call_id: callId }
}

/** Undefined for what is gone, is no file, or may not be read. */
async function readText(
  path: string,
  mayRead: (realPath: string) => boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const realPath = await realPathAtUse(path)
    return mayRead(realPath) ? new TextDecoder().decode(await readRealFile(realPath, signal)) : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
