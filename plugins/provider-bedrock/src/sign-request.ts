import type { BinaryLike, Hash, Hmac } from 'node:crypto'
import type { UnsignedRequest } from 'codex-kernel/plugin-api'
import type { AwsKeys } from './aws-credentials.ts'

/** What a signature is for. */
export interface SigningScope {
  readonly keys: AwsKeys
  readonly region: string
  readonly service: string
  /** When it is made; AWS takes it for five minutes. */
  readonly date: Date
}

/** The headers that sign a `POST` (AWS Signature Version 4). The library is imported here, at the first request. */
export async function signRequest(
  { url, headers, body }: UnsignedRequest,
  { keys, region, service, date }: SigningScope,
): Promise<Readonly<Record<string, string>>> {
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const { protocol, host, hostname, port, pathname, searchParams } = new URL(url)
  const signer = new SignatureV4({
    credentials: { ...keys },
    region,
    service,
    sha256: NodeSha256,
    applyChecksum: false,
  })
  const type = headers['content-type']
  const unsigned = {
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname,
    query: Object.fromEntries(searchParams),
    // Headers that a proxy may change are left out of the signature.
    headers: { host, ...(type !== undefined && { 'content-type': type }) },
    body,
  }
  const { headers: signed } = await signer.sign(unsigned, { signingDate: date })
  const { host: _, ...own } = signed
  return own
}

/** SHA-256 of Node, in the shape that the library asks for. */
class NodeSha256 {
  readonly #key: BinaryLike | undefined
  #hash: Hash | Hmac

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key === undefined || typeof key === 'string' ? key : bytesOf(key)
    this.#hash = open(this.#key)
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = open(this.#key)
  }
}

function open(key: BinaryLike | undefined): Hash | Hmac {
  const { createHash, createHmac } = process.getBuiltinModule('node:crypto')
  return key === undefined ? createHash('sha256') : createHmac('sha256', key)
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}
