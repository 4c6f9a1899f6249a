import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A user of its own: HOME, and CODEX_HOME in it. */
export interface CodexHome {
  readonly homeDir: string
  readonly codexHome: string
  /** Writes files, by path relative to CODEX_HOME. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  remove(): Promise<void>
}

/** A fresh home with these files in its CODEX_HOME, such as `{ 'config.toml': modelServerConfig(server.url) }`. */
export async function makeCodexHome(files: Readonly<Record<string, string>> = {}): Promise<CodexHome> {
  const homeDir = await realpath(await mkdtemp(join(tmpdir(), 'codex-home-')))
  const codexHome = join(homeDir, '.codex')
  await mkdir(codexHome)
  const home: CodexHome = {
    homeDir,
    codexHome,
    async write(more) {
      for (const [name, content] of Object.entries(more)) {
        const file = join(codexHome, name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, content)
      }
    },
    remove: () => rm(homeDir, { recursive: true, force: true, maxRetries: 3 }),
  }
  await home.write(files)
  return home
}

/** A config.toml whose model is answered by the server at `url`; retries are off, so that a failure shows at once. */
export function modelServerConfig(url: string, more: { readonly wireApi?: 'responses' | 'chat' } = {}): string {
  return `model = "scripted-model"
model_context_window = 128000
model_provider = "scripted"

[model_providers.scripted]
name = "Scripted"
base_url = ${JSON.stringify(url)}
wire_api = "${more.wireApi ?? 'responses'}"
env_key = "${modelServerKeyName}"
request_max_retries = 0
stream_max_retries = 0
`
}

/** Variable that `modelServerConfig` takes its key from; any value will do. */
export const modelServerKeyName = 'SCRIPTED_MODEL_KEY'
