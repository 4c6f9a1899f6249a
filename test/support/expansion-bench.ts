import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { commandMetadataSchema } from '../../src/plugin-api/command.ts'
import type { Action, PermissionLayer } from '../../src/plugin-api/index.ts'
import { type ExpandDeps, type ExpandedCommand, expandCommand } from '../../src/prompt/expand-command.ts'
import { gitRead } from '../../src/sandbox/git-read.ts'
import { auditPlace, createExecPolicy, createGate, everything, type Gate, openAudit } from '../../src/security/index.ts'

interface ExpandOptions extends Partial<ExpandDeps> {
  /** What the command declares. Absent: nothing. */
  readonly args?: object[]
  readonly argv?: string[]
  readonly signal?: AbortSignal
}

/** Commands that are expanded in one real directory, through a real gate and git that tell what they were asked. */
export interface ExpansionBench {
  /** Holds the workspace and a home. */
  readonly root: string
  readonly workspace: string
  /** What the gate was asked, in order. */
  readonly actions: Action[]
  /** What git was run with. */
  readonly gitCalls: string[]
  readonly settled: { readonly status: string }[]
  write(file: string, text: string | Uint8Array): void
  git(...args: string[]): void
  commitOneFile(): void
  /** The gate over the whole machine, narrowed by reading rules. */
  openGate(read?: { allow: string[]; deny: string[] }): Promise<Gate>
  /** Expands a template that stands on line 7 of `/somewhere/try.md`. */
  expand(template: string, options?: ExpandOptions): Promise<ExpandedCommand>
  /** An empty workspace, as before a test. */
  reset(): void
  close(): void
}

export function openExpansionBench(): ExpansionBench {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'expand-')))
  const workspace = join(root, 'ws')
  const actions: Action[] = []
  const gitCalls: string[] = []
  const settled: { status: string }[] = []

  const write: ExpansionBench['write'] = (file, text) => {
    mkdirSync(dirname(join(workspace, file)), { recursive: true })
    writeFileSync(join(workspace, file), text)
  }
  const git: ExpansionBench['git'] = (...args) => {
    const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid']
    execFileSync('git', [...identity, ...args], { cwd: workspace, env, stdio: 'ignore' })
  }
  const openGate: ExpansionBench['openGate'] = async (read = { allow: ['/**'], deny: [] }) => {
    const dimension = { allow: [read], askable: [read] }
    const layer: PermissionLayer = { name: 'profile test', permissions: { ...everything, read: dimension } }
    const gate = createGate({
      threadId: 't',
      layers: [layer],
      places: {
        workspaceRoot: workspace,
        codexHome: join(root, 'home/.codex'),
        homeDir: join(root, 'home'),
        tempDir: root,
      },
      protection: 'on',
      execPolicy: createExecPolicy([]),
      approvalPolicy: 'never',
      sandbox: { required: false, find: async () => ({ available: true, backend: 'test' }) },
      audit: await openAudit(auditPlace(root), {
        now: () => new Date(),
        redact: (text) => text,
        hideNames: (text) => text,
      }),
    })
    return {
      ...gate,
      authorize(action, abort) {
        actions.push(action)
        return gate.authorize(action, abort)
      },
      settle(decision, outcome) {
        settled.push({ status: outcome.status })
        return gate.settle(decision, outcome)
      },
    }
  }
  return {
    root,
    workspace,
    actions,
    gitCalls,
    settled,
    write,
    git,
    commitOneFile() {
      git('init', '-q', '-b', 'main', '--template=')
      write('a.txt', 'one\n')
      git('add', '-A')
      git('commit', '-qm', 'first')
    },
    openGate,
    async expand(template, { args = [], argv = [], signal = new AbortController().signal, ...deps } = {}) {
      const command = { ...commandMetadataSchema.parse({ args }), name: 'try', template, templateLine: 7 }
      const gate = deps.gate ?? (await openGate())
      const tellingGit: ExpandDeps['git'] = (gitArgs, how, abort) => {
        gitCalls.push(gitArgs.join(' '))
        return gitRead(gitArgs, how, abort)
      }
      const own = { workspaceRoot: workspace, cwd: workspace, vars: {}, git: tellingGit, file: '/somewhere/try.md' }
      return expandCommand(command, argv, { ...own, ...deps, gate }, signal)
    },
    reset() {
      rmSync(root, { recursive: true, force: true })
      mkdirSync(join(root, 'home', '.codex'), { recursive: true })
      mkdirSync(workspace)
      for (const list of [actions, gitCalls, settled]) list.length = 0
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
