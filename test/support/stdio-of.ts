type Stream = 'pipe' | 'ignore' | number

/** What `spawn` takes: the first three, and further descriptors by the number that the child sees. */
export function stdioOf(
  standard: readonly [Stream, Stream, Stream],
  fds: Readonly<Record<number, number>>,
): readonly Stream[] {
  const stdio: Stream[] = [...standard]
  for (const [childFd, fd] of Object.entries(fds)) stdio[Number(childFd)] = fd
  return Array.from(stdio, (entry) => entry ?? 'ignore')
}
