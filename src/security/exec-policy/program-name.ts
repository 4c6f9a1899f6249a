/** The name that a program is known by: without its directory, and without the version of an interpreter. */
export function programName(word: string | undefined): string | undefined {
  if (word === undefined) return undefined
  const name = word.slice(word.lastIndexOf('/') + 1)
  if (/^ld(?:-(?:linux|musl)[\w-]*)?\.so(?:\.\d+)*$/.test(name)) return 'ld.so'
  const ofGnu = /^g(env|xargs|nice|nohup|stdbuf|time|timeout|chroot|tar|sort|split|cp|mv|ln|rm)$/.exec(name)?.[1]
  if (ofGnu !== undefined) return ofGnu
  const compiler = /^(?:[\w.]+-)*(g?cc|[gc]\+\+|clang(?:\+\+)?|gfortran)(?:-[\d.]+)?$/.exec(name)?.[1]
  return compiler ?? versioned.exec(name)?.[1] ?? name
}

/** Programs that several versions of stand beside each other: `python3.13t`, `gem3.1`, `kubectl-1.29`. */
const versioned =
  /^(python|pypy|perl|ruby|php|lua|node|npm|npx|yarn|pnpm|tclsh|pip|clang|gem|rake|bundle|bundler|irb|helm|kubectl|git|go|cargo|make|gmake|remake|terraform|tofu|docker|podman|gradle|mvn|composer)[-_@]?v?\d[\d.]*(?:t|d|dm|m|u|-dbg)?$/

const otherNames: Readonly<Record<string, string>> = {
  ...{ gmake: 'make', 'mingw32-make': 'make', remake: 'make', colormake: 'make', pmake: 'make', nodejs: 'node' },
  ...{
    gnumake: 'make',
    nmake: 'make',
    jom: 'make',
    'ninja-build': 'ninja',
    samu: 'ninja',
    autoninja: 'ninja',
    pythonw: 'python',
  },
  ...{ yarnpkg: 'yarn', pn: 'pnpm', pnx: 'pnpx', 'podman-remote': 'podman', 'docker.io': 'docker' },
  ...{
    gradlew: 'gradle',
    mvnw: 'mvn',
    mvnd: 'mvn',
    mvndebug: 'mvn',
    hub: 'git',
    'apt-get': 'apt',
    yum: 'dnf',
    dnf5: 'dnf',
  },
  ...{ flyctl: 'fly', sls: 'serverless', inv: 'invoke', bundler: 'bundle', 'aws-cdk': 'cdk', 'netlify-cli': 'netlify' },
  ...{ ntl: 'netlify', vc: 'vercel', now: 'vercel', kubecolor: 'kubectl', 'microk8s.kubectl': 'kubectl' },
  ...{ 'microk8s.helm': 'helm', 'microk8s.helm3': 'helm', 'microk8s.docker': 'docker' },
}

/**
 * The name under which a rule and a command are compared: in lower case, without directory and the ending of a program of Windows, and one of
 * several that the same program has. Who names the version of an interpreter means no other.
 */
export function comparedName(word: string): string {
  const name = baseName(word).replace(/^pip-?[\d.]+$/, 'pip')
  return Object.hasOwn(otherNames, name) ? (otherNames[name] ?? name) : name
}

/** The same without the version: a subcommand is the same in each. */
export function comparedFamily(word: string): string {
  return programName(comparedName(word)) ?? ''
}

function baseName(word: string): string {
  return word
    .slice(word.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat)$/, '')
}
