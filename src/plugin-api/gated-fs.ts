import type { Difference, DifferenceOptions, HistoryAddition, HistoryEnd, HistoryOptions } from './difference.ts'

/** What a path is. */
export interface FileStat {
  /** Of what a link leads to. */
  readonly kind: 'file' | 'directory' | 'other'
  /** In bytes. */
  readonly sizeBytes: number
  /** Milliseconds since 1970. */
  readonly modifiedMs: number
  /** Permission bits (0o777), without those that set an id. */
  readonly mode?: number
}

/** One entry of a directory. */
export interface DirectoryEntry {
  /** Without its directory. */
  readonly name: string
  /** Links are not followed. */
  readonly kind: 'file' | 'directory' | 'symlink' | 'other'
  /** True where a `.gitignore` names it; absent: not, or it was not looked at. */
  readonly isIgnored?: boolean
}

/** Paths may be relative to `cwd`. Missing files reject with the `node:fs` error (`code: 'ENOENT'`). */
export interface GatedFs {
  /** Bytes of a file. */
  readFile(path: string): Promise<Uint8Array>
  /** UTF-8 text of a file. */
  readText(path: string): Promise<string>
  /** Bytes of a file, or of a part of it, piece by piece: one decision, and as much memory for a large file as for a small one. */
  readChunks(path: string, range?: ByteRange): AsyncGenerator<Uint8Array, void>
  /** What the path is; links are followed. */
  stat(path: string): Promise<FileStat>
  /** Entries of a directory. */
  list(path: string, options?: ListOptions): Promise<readonly DirectoryEntry[]>
  /** One decision and one audit record for everything below `root`. */
  openTree(root: string, options?: TreeOptions): Promise<Tree>
  /** What the commits of the repository brought, newest first: one decision and one audit record for all of it. Runs no program of the repository. */
  readHistory(options?: HistoryOptions): AsyncGenerator<HistoryAddition, HistoryEnd>
  /** What is different from a commit, by file and line: one decision and one audit record for all of it. Runs no program of the repository. */
  readDifference(options?: DifferenceOptions): Promise<Difference>
  /** All changes or none; each path passes the gate before the first is written. */
  apply(changes: readonly FileChange[]): Promise<void>
}

/** A part of a file. */
export interface ByteRange {
  /** First byte, from 0. Default 0. */
  readonly start?: number
  /** The byte behind the last. Default: the end of the file. */
  readonly end?: number
}

/** What is looked at while a directory is listed. */
export interface ListOptions {
  /** Whether `isIgnored` is found out, from the `.gitignore` files of the workspace. Default false. */
  readonly gitignore?: boolean
}

/** What a tree leaves out. */
export interface TreeOptions {
  /** Leave out what `.gitignore` files name. Default true. */
  readonly gitignore?: boolean
  /** Larger files are left out and counted. Default 1 MiB. */
  readonly maxFileBytes?: number
  /** After this many files the tree ends and `truncated` is set. Default 50,000. */
  readonly maxFiles?: number
}

/** A file, or a directory that cannot be listed, which a tree does not have. */
export interface LeftOutFile {
  /** Relative to the workspace root, with `/`; absolute for one outside of it. */
  readonly relativePath: string
  /** `denied`: the profile protects it; `unreadable`: the system does not give it, or its name is no UTF-8. */
  readonly reason: 'denied' | 'too_large' | 'unreadable'
}

/** The files below a root that may be read, in sorted order; denied and ignored ones are not in it. */
export interface Tree {
  /** Absolute real path of the root (a file's own path where the root is a file). */
  readonly root: string
  /** In sorted order. */
  readonly files: readonly TreeFile[]
  /** How many were left out. */
  readonly skipped: { readonly denied: number; readonly tooLarge: number }
  /** Which, the first hundred by path. */
  readonly leftOut?: readonly LeftOutFile[]
  /** True where `maxFiles` was reached. */
  readonly truncated: boolean
  /**
   * Lines of these files of the tree that match, file by file in their order, found by ripgrep in the sandbox; files without a match
   * are left out. Absent, or without a result, where ripgrep or its sandbox is not there: then a reader looks itself.
   */
  findLines?(
    files: readonly TreeFile[],
    request: FindLinesRequest,
  ): Promise<AsyncGenerator<FoundLines, void> | undefined>
}

/** What is looked for. */
export interface FindLinesRequest {
  /** In ripgrep's own syntax. */
  readonly pattern: string
  /** Default false. */
  readonly ignoreCase?: boolean
  /** Of one file; absent: all. */
  readonly maxPerFile?: number
  /** Milliseconds for all of it. */
  readonly timeoutMs: number
}

/** What one file has. */
export interface FoundLines {
  /** Absolute real path. */
  readonly path: string
  /** How many lines match, up to the bound. */
  readonly matchedLines: number
  /** The number from 1, and the bytes without the line's end. */
  readonly lines: readonly { readonly line: number; readonly bytes: Uint8Array }[]
  /** True where the file holds a NUL. */
  readonly isBinary: boolean
}

/** A file of a tree. */
export interface TreeFile {
  /** Absolute real path. */
  readonly path: string
  /** Relative to the workspace root where it lies inside, else absolute; with `/`. */
  readonly relativePath: string
  /** In bytes. */
  readonly sizeBytes: number
  /** Milliseconds since 1970. */
  readonly modifiedMs: number
  /** UTF-8 text. */
  read(): Promise<string>
}

/** A change of one file; `mode` are its permission bits. */
export type FileChange =
  | { readonly kind: 'add' | 'update'; readonly path: string; readonly content: string; readonly mode?: number }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'move'; readonly path: string; readonly to: string; readonly content: string }
