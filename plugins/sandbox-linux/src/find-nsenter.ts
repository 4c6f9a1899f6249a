import { findIn } from './find-bubblewrap.ts'

/** Where systems install nsenter (util-linux). Never from PATH. */
const places: readonly string[] = ['/usr/bin/nsenter', '/bin/nsenter', '/run/current-system/sw/bin/nsenter']

/** Absolute path of nsenter; undefined where it is not installed. */
export function findNsenter(): string | undefined {
  return findIn(places)
}
