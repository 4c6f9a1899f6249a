/** How a wrapper's line is read up to the command that it runs. */
export interface WrapperOptions {
  /** Options that stand alone. */
  readonly flags: RegExp
  /** Options whose value is the next word. */
  readonly withValue: RegExp
  /** Words before the command that are no options: the duration of `timeout`. */
  readonly operands: number
  readonly takesVariables: boolean
  /** False where the wrapper itself needs an allowance, since it changes what the command may do. */
  readonly transparent: boolean
  /** The rest of the line is shell text. */
  readonly runsText: boolean
  readonly appendsWords: boolean
}

const never = /^(?!)/

const plain: WrapperOptions = {
  flags: never,
  withValue: never,
  operands: 0,
  takesVariables: false,
  transparent: true,
  runsText: false,
  appendsWords: false,
}

/** From the manual pages of GNU coreutils and findutils, util-linux, procps, sudo and bash. */
export const wrapperOptions: ReadonlyMap<string, WrapperOptions> = new Map(
  Object.entries({
    env: {
      ...plain,
      flags: /^(?:-|-i|-0|-v|--ignore-environment|--null|--debug|--unset=.*|--chdir=.*)$/,
      withValue: /^(?:-u|-C|--unset|--chdir)$/,
      takesVariables: true,
    },
    nice: { ...plain, flags: /^(?:-\d+|-n-?\d+|--adjustment=.*)$/, withValue: /^(?:-n|--adjustment)$/ },
    ionice: { ...plain, flags: /^(?:-t|-c\d|-n\d)$/, withValue: /^(?:-c|-n)$/ },
    nohup: plain,
    setsid: { ...plain, flags: /^(?:-[cfw]+|--fork|--wait|--ctty)$/ },
    stdbuf: { ...plain, flags: /^(?:-[ioe].+|--(?:input|output|error)=.*)$/, withValue: /^-[ioe]$/ },
    time: { ...plain, flags: /^(?:-[pv]+|--portability|--verbose)$/, withValue: /^(?:-f|--format)$/ },
    timeout: {
      ...plain,
      flags: /^(?:-v|--verbose|--foreground|--preserve-status|--signal=.*|--kill-after=.*|-k\d.*|-s[A-Z0-9]+)$/,
      withValue: /^(?:-k|-s|--signal|--kill-after)$/,
      operands: 1,
    },
    command: { ...plain, flags: /^-[pvV]+$/ },
    builtin: plain,
    exec: { ...plain, flags: /^-[cl]+$/, withValue: /^-a$/ },
    busybox: plain,
    xargs: {
      ...plain,
      flags:
        /^(?:-[0rtpx]+|-[nPLIsdE].+|--null|--no-run-if-empty|--verbose|--exit|--(?:max-args|max-procs|max-lines|replace|delimiter)=.*)$/,
      withValue: /^(?:-[nPLIsdaE]|--max-args|--max-procs|--delimiter|--arg-file)$/,
      appendsWords: true,
    },
    watch: {
      ...plain,
      flags: /^(?:-[bcdegtx]+|-n[\d.]+|--(?:interval=.*|no-title|differences|color))$/,
      withValue: /^(?:-n|--interval)$/,
      runsText: true,
    },
    sudo: {
      ...plain,
      flags: /^-[nEHkKSbPiA]+$/,
      withValue: /^-[ugpChDRTU]$/,
      takesVariables: true,
      transparent: false,
    },
    doas: { ...plain, flags: /^-[nLs]+$/, withValue: /^-[uC]$/, transparent: false },
    chroot: { ...plain, operands: 1, transparent: false },
    unshare: { ...plain, flags: /^(?:-[a-zA-Z]+|--[a-z-]+(?:=.*)?)$/, transparent: false },
    nsenter: { ...plain, flags: /^(?:-[a-zA-Z]+|--[a-z-]+=.*)$/, withValue: /^(?:-t|--target)$/, transparent: false },
    strace: { ...plain, flags: /^-[fFqvxyCcTtri]+$/, withValue: /^-[eosp]$/, transparent: false },
  } satisfies Record<string, WrapperOptions>),
)
