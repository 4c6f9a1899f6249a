import { compileNetworkPattern } from './network-pattern.ts'

/**
 * What a permission for the network is good for, as a pattern: its subject is `[METHOD ]host[:port]`, a host may start with `*.`; without
 * a method or a port it is every one.
 */
export function networkPatternOf(subject: string): string {
  const [, method = '*', endpoint = subject] = /^(\S+)\s+(\S+)$/.exec(subject.trim()) ?? []
  const isBareAddress = !endpoint.startsWith('[') && endpoint.split(':').length > 2
  return `${method.toUpperCase()} ${isBareAddress ? `[${endpoint}]` : endpoint}`
}

/** Whether such a permission covers a request, or another permission (written as a pattern). */
export function coversNetwork(permission: string, subject: string): boolean {
  return compileNetworkPattern(networkPatternOf(permission))(subject)
}

/** The permission in words that leave nothing out. */
export function networkWords(subject: string): string {
  const [method = '*', endpoint = ''] = networkPatternOf(subject).split(' ')
  const isPortOpen = !/\]?:\d+$/.test(endpoint.replace(/^\[[^\]]*\]/, ''))
  const what = method === '*' ? 'any request' : method
  const host = endpoint.startsWith('*.') ? `every host below ${endpoint.slice(2)}` : endpoint
  return `${what} to ${endpoint === '*' ? 'any host' : host}${isPortOpen ? ' on any port' : ''}`
}
