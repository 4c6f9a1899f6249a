import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { LibraryHandle } from 'koffi'
import { lazily } from '../../kernel/lazily.ts'

/** Calls a function of the C library: numbers, texts, buffers. */
export type CFunction = (...args: unknown[]) => number

/**
 * Functions of the C library that Node does not offer, by name, bound when they are first asked for; undefined where they cannot be called, or
 * one is missing: then what needs them is done by Node. Linux with glibc, the main thread.
 */
export function cFunctions<Name extends string>(
  declarations: Readonly<Record<Name, string>>,
): () => Readonly<Record<Name, CFunction>> | undefined {
  return lazily(() => {
    try {
      const opened = library()
      const entries = Object.entries<string>(declarations).map(([name, text]) => [name, opened.func(text)])
      return Object.fromEntries(entries)
    } catch {
      return undefined
    }
  })
}

const library = lazily(load)

/**
 * koffi's own module finds out what its library is, for every system that there is: 8 ms of the 10 that importing it takes (measured);
 * this is the one file that it would load here.
 */
function load(): LibraryHandle {
  const { isMainThread } = process.getBuiltinModule('node:worker_threads') // most turns do not come here
  if (process.platform !== 'linux' || !isMainThread) throw new RangeError('not called here')
  // A library that was made for glibc may end a process that has musl, before it can be asked anything.
  if (/\/ld-musl-/.test(readFileSync('/proc/self/maps', 'utf8'))) throw new RangeError('musl')
  const native: { readonly exports: { load?(path: null): LibraryHandle } } = { exports: {} }
  process.dlopen(native, libraryFile())
  const { load: open } = native.exports
  if (open === undefined) throw new RangeError('koffi has no load')
  const opened = open(null)
  opened.func('const char *gnu_get_libc_version()') // throws where it is another library
  return opened
}

/** Beside this program's packages, as npm lays them; else below koffi, as others do. */
function libraryFile(): string {
  const name = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`
  const require = createRequire(import.meta.url)
  try {
    return require.resolve(name)
  } catch {
    return createRequire(require.resolve('koffi')).resolve(name)
  }
}
