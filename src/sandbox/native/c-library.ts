import { closeSync, existsSync, openSync, readlinkSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
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
  if (process.platform !== 'linux' || !isMainThread()) throw new RangeError('not called here')
  if (!isMadeForGlibc()) throw new RangeError('another C library')
  const native: { readonly exports: { load?(path: null): LibraryHandle } } = { exports: {} }
  process.dlopen(native, libraryFile())
  const { load: open } = native.exports
  if (open === undefined) throw new RangeError('koffi has no load')
  const opened = open(null)
  opened.func('const char *gnu_get_libc_version()') // throws where it is another library
  return opened
}

/** proc(5): the one whose number is that of the process. `node:worker_threads` takes a millisecond to say so. */
function isMainThread(): boolean {
  const [pid, , tid] = readlinkSync('/proc/thread-self').split('/')
  return pid === tid
}

/** The program's own interpreter, by name in its first page. A library for glibc may end a process that has musl, before it can be asked anything. */
function isMadeForGlibc(): boolean {
  const page = Buffer.alloc(4096)
  const program = openSync('/proc/self/exe', 'r')
  try {
    readSync(program, page, 0, page.length, 0)
  } finally {
    closeSync(program)
  }
  return page.includes('/ld-linux')
}

/** Beside this program's packages, as npm lays them; else below koffi, as others do. */
function libraryFile(): string {
  const name = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const file = join(at, 'node_modules', name)
    if (existsSync(file)) return file
  }
  return createRequire(createRequire(import.meta.url).resolve('koffi')).resolve(name)
}
