import { CodexError } from '../errors.ts'
import type { Endpoint } from './endpoint.ts'

/** What a request that got no answer means, and whether another try may do. */
export function unreachable(
  error: unknown,
  { redact, shownUrl }: Pick<Endpoint, 'redact' | 'shownUrl'>,
): { readonly error: CodexError; readonly retryable: boolean } {
  const cause = innermost(error)
  const { hint, isLasting = false } = advice.find(({ codes }) => codes.test(cause.code)) ?? { hint: otherwise }
  const message = `error sending request for url (${shownUrl}): ${cause.message}`
  return { error: new CodexError('provider.unreachable', redact(message), { hint }), retryable: !isLasting }
}

/** For the 407 of a proxy, be it asked for a tunnel or for the request itself. */
export const proxyPasswordHint =
  'The proxy wants a name and a password: write them into HTTPS_PROXY, as http://NAME:PASSWORD@HOST:PORT.'

const otherwise = 'Check the network and the base_url of the provider.'

/** By the codes of Node (`node:dns`, `node:tls`, `node:net`), that of a proxy with its status. What lasts is not tried again. */
const advice: readonly { readonly codes: RegExp; readonly hint: string; readonly isLasting?: boolean }[] = [
  {
    codes:
      /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED|ERR_TLS_CERT_SIGNATURE\w*)$/,
    hint: 'The certificate is not one that Node trusts: set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of its issuer.',
    isLasting: true,
  },
  {
    codes: /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    hint: 'The certificate is out of its time: check the clock of this computer, then ask who runs the server.',
    isLasting: true,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    hint: 'The certificate is for another host: write the base_url with the name that stands in it.',
    isLasting: true,
  },
  {
    codes: /^(?:ERR_SSL_\w+|EPROTO)$/,
    hint: 'The server does not speak TLS there: check https and the port in base_url.',
    isLasting: true,
  },
  {
    codes: /^(?:ENOTFOUND|EAI_\w+)$/,
    hint: 'The name of the host is not known: check base_url, the network, and HTTPS_PROXY where a proxy is needed.',
  },
  {
    codes: /^ECONNREFUSED$/,
    hint: 'Nothing listens there: start the server, or check the port in base_url and the proxy in HTTPS_PROXY.',
  },
  {
    codes: /^ERR_PROXY_TUNNEL 407$/,
    hint: proxyPasswordHint,
    isLasting: true,
  },
  {
    codes: /^ERR_PROXY_\w+/,
    hint: 'The proxy did not let the request through: check HTTPS_PROXY and HTTP_PROXY, with the name and password in them, and NO_PROXY.',
  },
]

/** An error that holds others (one for each address of a host) says nothing itself. */
function innermost(error: unknown): { readonly message: string; readonly code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: '' }
  if (error.cause instanceof Error) return innermost(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const status = 'statusCode' in error ? ` ${error.statusCode}` : ''
  return { message: error.message || error.name, code: `${code}${status}` }
}
