import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename } from 'node:path'

export interface NpmRegistry {
  /** Ends with a slash. */
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[]
  /** Publishes a tarball that `npm pack` made; the newest version is `latest`. */
  publish(
    packageJson: { readonly name: string; readonly version: string },
    tarball: string,
    more?: { readonly integrity?: string },
  ): Promise<void>
  /** Answers nothing more, so that whoever asks waits; resolves once somebody does. */
  stall(): Promise<void>
  close(): Promise<void>
}

interface Published {
  readonly manifest: { readonly name: string; readonly version: string }
  readonly file: string
  readonly content: Buffer
  readonly integrity: string
}

/** A registry for npm on a loopback port: packuments and tarballs, as the registry API of npm describes them. */
export async function startNpmRegistry(): Promise<NpmRegistry> {
  const packages = new Map<string, Published[]>()
  const requests: string[] = []
  let onStalled: (() => void) | undefined
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    requests.push(path)
    if (onStalled) return onStalled()
    const [name = '', file] = path.split('/-/')
    const versions = packages.get(name)
    const found = file === undefined ? undefined : versions?.find((each) => each.file === file)
    if (found) return void response.end(found.content)
    response.setHeader('content-type', 'application/json')
    if (!versions || file !== undefined) {
      response.statusCode = 404
      return void response.end('{"error": "not found"}')
    }
    response.end(JSON.stringify(packument(name, versions, url())))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    get url() {
      return url()
    },
    requests,
    async publish(manifest, tarball, more = {}) {
      const content = await readFile(tarball)
      const integrity = more.integrity ?? `sha512-${createHash('sha512').update(content).digest('base64')}`
      const published = { manifest, file: basename(tarball), content, integrity }
      packages.set(manifest.name, [...(packages.get(manifest.name) ?? []), published])
    },
    stall: () =>
      new Promise((resolve) => {
        onStalled = resolve
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function url(): string {
    const address = server.address()
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : ''
  }
}

function packument(name: string, published: readonly Published[], url: string): object {
  const versions = published.map(({ manifest, file, integrity }) => {
    const hasInstallScript = /"(?:pre|post)?install"/.test(JSON.stringify(manifest))
    const dist = { tarball: `${url}${name}/-/${file}`, integrity }
    return [manifest.version, { ...manifest, dist, ...(hasInstallScript && { hasInstallScript }) }] as const
  })
  return { name, 'dist-tags': { latest: versions.at(-1)?.[0] }, versions: Object.fromEntries(versions) }
}
