import type { ProgramSpecs } from './program-spec.ts'

/** Programs of Node.js that run code which cannot be read here: what their words mean. From `npm help config` and npm's table of commands, the sites of pnpm and yarn, and `node --help`. */
export const nodePrograms: ProgramSpecs = {
  'node nodejs': {
    opaque: true,
    style: 'exact',
    options: {
      plain:
        '-r= --require= --import= --loader= --experimental-loader= -C= --conditions= --env-file= --env-file-if-exists= --title= --input-type= --stack-trace-limit= --max-old-space-size= -c --check -i --interactive --test --watch --inspect=? --inspect-brk=? --no-warnings --enable-source-maps',
      code: '-e= --eval= -p= --print=',
      inert: '-v --version',
    },
  },
  'npx bunx pnpx pnx': {
    operands: ['command'],
    effect: 'runs a program in its own place',
    options: { plain: '-w= --workspace= --workspaces' },
  },
  npm: {
    opaque: true,
    triesWith: { publish: '--dry-run' },
    shortens: 'beginning',
    names:
      'access approve-scripts audit cache completion deny-scripts deprecate diff doctor edit explore find-dupes fund get help-search login logout org outdated pack ping pkg prefix profile prune publish query repo restart root sbom set shrinkwrap stage star stars start stop team token trust undeprecate unpublish unstar whoami',
    synonyms:
      'install, add, i, in, ins, inst, insta, instal, isnt, isnta, isntal, isntall | uninstall, unlink, remove, rm, r, un | run, run-script, rum, urn | test, t, tst, run test, run-script test, rum test, urn test | start, run start | stop, run stop | restart, run restart | exec, x | update, u, up, upgrade, udpate | ci, clean-install, ic, install-clean, isntall-clean | install-test, it | install-ci-test, cit, clean-install-test, sit | adduser, add-user | author, owner | docs, home | bugs, issues | view, v, info, show | search, find, s, se | link, ln | rebuild, rb | ls, list | ll, la | init, create, innit | config, c | set, config set | get, config get | dedupe, ddp | explain, why | version, verison | dist-tag, dist-tags | help, hlep | org, ogr | publish, stage publish',
    options: {
      plain:
        '--access= --audit-level= --auth-type= --before= --ca= --cache= --cache-max= --cache-min= --cafile= --cert= --cidr= --cpu= --depth= --diff= --diff-dst-prefix= --diff-src-prefix= --diff-unified= --editor= --expect-result-count= --fetch-retries= --fetch-retry-factor= --fetch-retry-maxtimeout= --fetch-retry-mintimeout= --fetch-timeout= --git= --globalconfig= --heading= --https-proxy= --include= --init-author-email= --init-author-name= --init-author-url= --init-license= --init-module= --init-type= --init-version= --install-strategy= --key= --libc= --local-address= --location= --lockfile-version= --loglevel= --logs-dir= --logs-max= --maxsockets= --message= --node-gyp= --node-options= --noproxy= --omit= --only= --os= --otp= --package= --pack-destination= --prefix= --preid= --provenance-file= --registry= --reg= --replace-registry-host= --save-prefix= --sbom-format= --sbom-type= --scope= --script-shell= --searchexclude= --searchlimit= --searchopts= --searchstaleness= --shell= --tag= --tag-version-prefix= --umask= --user-agent= --userconfig= --viewer= --which= --workspace= -C= -L= -m= -w= --all --dry-run --force --foreground-scripts --fund --global --if-present --ignore-scripts --include-workspace-root --iwr --json --long --offline --parseable --prefer-offline --production --progress --provenance --quiet --save --save-dev --save-exact --silent --strict-ssl --timing --verbose --workspaces --ws --yes -a -d -f -g -l -p -q -s -S -B -D -E -O -P -y -n',
      shell: '-c= --call=',
    },
  },
  'pnpm pn': {
    opaque: true,
    triesWith: { publish: '--dry-run' },
    synonyms:
      'install, i | add, install | remove, rm, uninstall, un, uni | update, up, upgrade | run, run-script | test, t, tst, run test | start, run start | stop, run stop | list, ls, la, ll | link, ln | unlink, dislink | rebuild, rb | exec, x',
    leading: 'recursive, multi, m',
    implied: 'run',
    names:
      'audit bin bugs cache cat-file cat-index config create dedupe deploy dlx doctor env fetch find-hash get help import init install-test licenses login logout outdated owner pack patch patch-commit patch-remove ping prefix prune publish root search self-update server set setup stage store token unpublish version view whoami why',
    options: {
      plain:
        '-C= --dir= --filter= -F= --filter-prod= --loglevel= --reporter= --workspace-concurrency= --store-dir= --global-dir= --registry= --tag= --otp= --access= --config-dir= --changed-files-ignore-pattern= --test-pattern= --modules-dir= --virtual-store-dir= -r --recursive -w --workspace-root -s --silent -D --save-dev -P --prod --no-git-checks --dry-run --json --if-present --parallel --stream --aggregate-output --no-bail --offline --prefer-offline --force -g --global --frozen-lockfile',
    },
  },
  'yarn yarnpkg': {
    opaque: true,
    style: 'exact',
    synonyms:
      'publish, npm publish | login, npm login | logout, npm logout | info, npm info | tag, npm tag | audit, npm audit | whoami, npm whoami | test, run test | start, run start | stop, run stop | upgrade, up | exec, x',
    leading: 'workspace *, workspaces foreach, workspaces run',
    implied: 'run',
    names:
      'access add autoclean bin cache check config constraints create dedupe dlx explain generate-lock-entry global help import init install licenses link list node npm outdated owner pack patch patch-commit plugin policies rebuild remove search set stage team unlink unplug unpublish upgrade-interactive version versions why workspace workspaces',
    options: {
      plain:
        '--cwd= --cache-folder= --modules-folder= --preferred-cache-folder= --global-folder= --link-folder= --registry= --mutex= --network-concurrency= --network-timeout= --proxy= --https-proxy= --use-yarnrc= --otp= --tag= --access= --new-version= --silent -s --verbose --json --offline --prefer-offline --force --ignore-scripts --frozen-lockfile --non-interactive --flat -D --dev',
    },
  },
}
