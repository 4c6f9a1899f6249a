import type { EndpointMemory } from '../plugin-api/provider.ts'

/** An endpoint that failed is asked last for so long: long enough for a restart, short beside a thread's life. */
const outForMs = 60_000

/** The memory of one process. */
export function createEndpointMemory(now: () => Date): EndpointMemory {
  const lastOf = new Map<string, string>()
  const failedAt = new Map<string, number>()
  return {
    last: (threadId) => lastOf.get(threadId),
    isOut: (baseUrl) => now().getTime() - (failedAt.get(baseUrl) ?? Number.NEGATIVE_INFINITY) < outForMs,
    worked(threadId, baseUrl) {
      lastOf.set(threadId, baseUrl)
      failedAt.delete(baseUrl)
    },
    failed: (baseUrl) => void failedAt.set(baseUrl, now().getTime()),
  }
}
