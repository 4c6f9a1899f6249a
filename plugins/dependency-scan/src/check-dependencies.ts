import type { Dependency, Flaw, LockedPackage } from './dependency.ts'

const fullCommit = /(?:#|@|\/|sha256:)(?:commit[=:])?[0-9a-f]{40}(?:[0-9a-f]{24})?(?:[^0-9a-f]|$)/
const fromElsewhere = /^(?:git[+:@]|git:\/\/|ssh:\/\/|https?:\/\/|github:|gitlab:|bitbucket:|[\w-]+\/[\w.-]+(?:#|$))/

/** Flaws of what a person wrote into a manifest. `hasLock`: whether a lockfile of Python holds the versions down. */
export function checkDependencies(
  dependencies: readonly Dependency[],
  context: { readonly hasLock: boolean; typo(dependency: Dependency): string | undefined },
): readonly Flaw[] {
  return dependencies.flatMap((dependency) => {
    const flaws = [
      sourceFlaw(dependency),
      versionFlaw(dependency, context.hasLock),
      typoFlaw(dependency, context.typo(dependency)),
    ]
    return flaws.filter((flaw) => flaw !== undefined)
  })
}

function sourceFlaw({ name, spec, line }: Dependency): Flaw | undefined {
  const about = `${name} ${spec}`
  if (/^(?:git\+)?http:\/\/(?!localhost|127\.)|^git:\/\//.test(spec)) {
    return {
      rule: 'dep-insecure-source',
      line,
      about,
      message: `${name} is fetched without encryption (${shortened(spec)})`,
    }
  }
  if (!fromElsewhere.test(spec) || fullCommit.test(spec) || /--hash|#sha(?:256|512)=/.test(spec)) return undefined
  return {
    rule: 'dep-mutable-source',
    line,
    about,
    message: `${name} comes from an address whose content can change (${shortened(spec)})`,
  }
}

function versionFlaw({ ecosystem, name, spec, line }: Dependency, hasLock: boolean): Flaw | undefined {
  const about = `${name} ${spec}`
  // The types of a package have its versions, and say so by any.
  if (name.startsWith('@types/')) return undefined
  if (
    ecosystem !== 'pypi' &&
    (/^(?:\*|x|latest|next|>=?\s*0(?:\.0)*)$/.test(spec) || (ecosystem === 'npm' && spec === ''))
  ) {
    return { rule: 'dep-any-version', line, about, message: `Any version of ${name} will do (${JSON.stringify(spec)})` }
  }
  if (ecosystem === 'pypi' && !hasLock && !/===?[^*]+$/.test(spec) && !fromElsewhere.test(spec) && spec !== 'file:') {
    return {
      rule: 'dep-unpinned',
      line,
      about,
      message: `${name} is not pinned to a version${spec === '' ? '' : ` (${shortened(spec)})`}`,
    }
  }
  return undefined
}

function typoFlaw({ name, line }: Dependency, popular: string | undefined): Flaw | undefined {
  if (popular === undefined) return undefined
  return { rule: 'dep-typo-name', line, about: name, message: `${name} looks like the popular ${popular}` }
}

/** Flaws of what a lockfile holds. */
export function checkLocked(locked: readonly LockedPackage[]): readonly Flaw[] {
  const hosts = locked.map(({ resolved }) => hostOf(resolved)).filter((host) => host !== undefined)
  const usual = mostFrequent(hosts)
  return locked.flatMap((each) => {
    const { name, version, line, resolved, hasIntegrity, hasInstallScript } = each
    const about = `${name} ${version}`
    const host = hostOf(resolved)
    const flaws: Flaw[] = []
    if (resolved !== undefined && /^http:\/\/(?!localhost|127\.)|^git:\/\//.test(resolved)) {
      flaws.push({ rule: 'dep-insecure-source', line, about, message: `${name} is fetched without encryption` })
    }
    const isFetched = resolved === undefined ? false : /^https?:/.test(resolved)
    if (isFetched && !hasIntegrity && !fullCommit.test(resolved ?? '')) {
      flaws.push({
        rule: 'dep-missing-integrity',
        line,
        about,
        message: `The lockfile has no hash of ${name} ${version}`,
      })
    }
    if (host !== undefined && usual !== undefined && host !== usual) {
      flaws.push({
        rule: 'dep-other-registry',
        line,
        about: `${about} ${host}`,
        message: `${name} comes from ${host}, most packages from ${usual}`,
      })
    }
    if (hasInstallScript) {
      flaws.push({
        rule: 'dep-install-script',
        line,
        about,
        message: `${name} ${version} runs a script when it is installed`,
      })
    }
    return flaws
  })
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : /^[a-z+]+:\/\/(?:[^/@]*@)?([^/:]+)/.exec(address)?.[1]
}

/** The host of more than half of the packages; undefined where there is none. */
function mostFrequent(hosts: readonly string[]): string | undefined {
  const groups = [...Map.groupBy(hosts, (host) => host).entries()]
  return groups.find(([, own]) => own.length * 2 > hosts.length)?.[0]
}

/** Addresses may hold a password; long ones say no more. */
function shortened(spec: string): string {
  const open = spec.replace(/\/\/[^/@]*@/, '//')
  return open.length > 80 ? `${open.slice(0, 80)}…` : open
}
