import type { ProgramSpecs } from './program-spec.ts'

/** Programs that change what others see: repositories, clouds, packages, services. From gh's manual, the site of terraform, systemctl(1), cargo(1), gem(1), apt-get(8) and hg(1). */
export const services: ProgramSpecs = {
  'gh glab': {
    opaque: true,
    style: 'exact',
    synonyms:
      'pr list, pr ls | pr create, pr new | issue list, issue ls | issue create, issue new | release list, release ls | release create, release new | repo list, repo ls | repo create, repo new | run list, run ls | workflow list, workflow ls | secret list, secret ls | secret delete, secret remove | variable delete, variable remove | gist list, gist ls | gist create, gist new | alias list, alias ls | extension, extensions, ext | codespace, cs | ruleset, rs | attestation, at | label list, label ls | pr checkout, pr co, co | mr merge, mr accept | mr create, mr new',
    options: {
      plain:
        '-R= --repo= --hostname= -b= --body= -t= --title= -F= --body-file= -B= --base= -H= --head= -A= --author-email= --match-head-commit= --subject= -s -m -r -d --squash --merge --rebase --delete-branch --auto --admin --disable-auto -w --web',
    },
  },
  gcloud: {
    opaque: true,
    style: 'exact',
    leading: 'alpha, beta, preview',
    options: {
      plain:
        '--account= --billing-project= --configuration= --filter= --flags-file= --format= --impersonate-service-account= --project= --region= --sort-by= --limit= --page-size= --trace-token= --verbosity= --access-token-file= --zone= -q --quiet --log-http --user-output-enabled',
    },
  },
  'vercel vc now': {
    opaque: true,
    style: 'exact',
    names:
      'alias api bisect blob build bugreport cache certs curl deploy dev dns domains domain env git guidance help httpstat init inspect install integration integration-resource link list ls login logout logs microfrontends mcp open project projects promote pull redeploy redirects remove rm rollback rolling-release rr sandbox switch target targets teams team telemetry traces upgrade usage webhooks whoami',
    synonyms: 'list, ls | remove, rm',
    options: {
      plain:
        '--cwd= -A= --local-config= -Q= --global-config= -t= --token= -S= --scope= -T= --team= -e= --env= -b= --build-env= -m= --meta= --regions= --archive= --target= -d --debug --prod -y --yes --prebuilt --force --logs --no-wait --no-color --public --skip-domain',
      inert: '-v --version -h --help',
    },
  },
  'terraform tofu': {
    opaque: true,
    style: 'whole',
    synonyms: 'destroy, apply -destroy',
    options: { plain: '-chdir=? -auto-approve', inert: '-version --version' },
  },
  cargo: {
    opaque: true,
    triesWith: { publish: '-n --dry-run' },
    style: 'exact',
    synonyms: 'build, b | check, c | doc, d | run, r | test, t | remove, rm',
    options: {
      plain:
        '--color= --config= -Z= -C= --explain= --manifest-path= --target-dir= -p= --package= --registry= --index= --token= -j= --jobs= -F= --features= --target= --profile= --message-format= --exclude= --bin= --example= --lockfile-path= -v -vv --verbose -q --quiet --list --locked --offline --frozen --all-features --no-default-features --allow-dirty --no-verify -n --dry-run --workspace --all --release',
      inert: '-V --version',
    },
  },
  rustup: {
    opaque: true,
    style: 'exact',
    options: { plain: '-v --verbose -q --quiet', inert: '-V --version' },
  },
  gem: {
    opaque: true,
    shortens: 'beginning',
    synonyms: 'install, i',
    names:
      'build cert check cleanup contents dependency environment exec fetch generate_index help info list lock mirror open outdated owner pristine push rdoc rebuild search server signin signout sources specification stale uninstall unpack update which yank',
    options: {
      plain:
        '--config-file= --debug --norc -h --help -v --version -V --verbose -q --quiet --silent --backtrace -k= --key= --host= --otp= -C= --http-proxy= -p=? -i= --install-dir= -n= --bindir= -P= --trust-policy= -s= --source= -B= -u',
    },
  },
  'bundle bundler': {
    opaque: true,
    shortens: 'beginning',
    synonyms: 'install, i | exec, e',
    names:
      'add binstubs cache check clean config console doctor env fund gem help info init inject issue licenses list lock open outdated package plugin platform pristine remove show update version viz',
    options: { plain: '-r= --retry= --gemfile= --no-color -V --verbose' },
    subcommands: { e: { operands: ['command'], effect: 'runs a program in its own place', unlisted: 'unknown' } },
  },
  hg: {
    opaque: true,
    shortens: 'beginning',
    synonyms:
      'commit, ci | update, checkout, co, up | remove, rm | rename, move, mv | forget, drop | purge, clean | identify, id',
    names:
      'add addremove annotate archive backout bisect bookmarks branch branches bundle cat clone commit config continue copy debug diff evolve export files forget graft grep heads help histedit identify import incoming init locate log manifest merge outgoing parents paths phase pull purge push rebase record recover remove rename resolve revert rollback root serve shelve status strip summary tag tags tip unbundle unshelve update verify version',
    options: {
      plain: '-R= --repository= --cwd= --encoding= --encodingmode= --color= --pager= -y -q -v --noninteractive --debug',
      code: '--config=',
      inert: '--version',
    },
  },
  'apt apt-get aptitude': {
    opaque: true,
    options: {
      plain:
        '-o= --option= -c= --config-file= -t= --target-release= --default-release= -a= --host-architecture= -P= --build-profiles= -q -qq --quiet -y --yes --assume-yes -s --simulate -d --download-only -f --fix-broken -m -u -V -b --compile --no-install-recommends --purge --reinstall',
      inert: '-v --version',
    },
    synonyms:
      'full-upgrade, dist-upgrade | autoremove, auto-remove | autopurge, autoremove --purge | purge, remove --purge',
  },
  pulumi: {
    opaque: true,
    style: 'exact',
    synonyms: 'up, update | destroy, down, dn | preview, pre | stack rm, stack remove',
    options: {
      plain: '-C= --cwd= -s= --stack= --color= --profiling= --tracing= -v= --verbose= -y --yes -f --skip-preview',
    },
  },
  composer: {
    opaque: true,
    shortens: 'beginning',
    synonyms:
      'install, i | update, u, upgrade | require, r, req | remove, rm, uninstall | run, run-script | global install, global i | global require, global req, global r | global remove, global rm | exec, x',
    names:
      'about archive audit browse bump clear-cache completion config create-project depends diagnose dump-autoload fund global help init licenses list outdated prohibits reinstall search self-update show status suggests validate why',
    options: {
      plain: '-d= --working-dir= -q --quiet -n --no-interaction -v -vv -vvv --profile --no-plugins --no-scripts',
    },
  },
  brew: {
    opaque: true,
    style: 'exact',
    synonyms: 'uninstall, remove, rm | list, ls | install, i | reinstall, re | upgrade, up | info, abv | link, ln',
    options: { plain: '-d --debug -q --quiet -v --verbose -f --force' },
  },
  'dnf yum dnf5': {
    opaque: true,
    synonyms:
      'remove, erase, rm | install, in | upgrade, update, up | distro-sync, dsync, distrosync | downgrade, dg | reinstall, rei',
    options: {
      plain:
        '-c= --config= -d= -e= -R= -x= --exclude= --installroot= --releasever= --repo= --enablerepo= --disablerepo= --setopt= --comment= -y --assumeyes -q --quiet -v --verbose -C --cacheonly -b --best --refresh --nogpgcheck',
      inert: '--version',
    },
  },
  pacman: {
    opaque: true,
    same: '-S --sync|-R --remove|-Q --query|-U --upgrade|-F --files|-D --database|-T --deptest|-s --recursive --search|-n --nosave',
    options: {
      plain:
        '-b= --dbpath= -r= --root= --config= --cachedir= --gpgdir= --hookdir= --logfile= --arch= --color= --ignore= --sysroot= -S -R -Q -U -F -D -T -s -c -n -u -y -w -i -l -q -v -g -p --noconfirm --needed --debug --sync --remove --query --upgrade --files --database --recursive --search --nosave',
    },
  },
  svn: {
    opaque: true,
    synonyms:
      'commit, ci | checkout, co | delete, del, remove, rm | update, up | switch, sw | copy, cp | move, mv, rename, ren | propset, pset, ps | propdel, pdel, pd | status, stat, st | diff, di | list, ls',
    options: {
      plain:
        '--username= --password= --config-dir= --config-option= -m= --message= -F= --file= -r= --revision= --encoding= --depth= --non-interactive --no-auth-cache --trust-server-cert -q --quiet --force',
    },
  },
  tmux: {
    shortens: 'beginning',
    names:
      'kill-pane kill-server kill-session kill-window new-session new-window respawn-pane respawn-window run-shell send-keys',
    synonyms:
      'new-session, new | new-window, neww | send-keys, send | run-shell, run | kill-pane, killp | kill-window, killw',
    options: { plain: '-c= -f= -L= -S= -T= -2 -C -D -l -N -q -u -v' },
  },
  systemctl: {
    opaque: true,
    options: {
      plain:
        '-H= --host= -M= --machine= -t= --type= --state= -p= --property= -P= -n= --lines= -o= --output= -s= --signal= --kill-whom= --kill-who= --kill-value= --job-mode= --preset-mode= --root= --image= --image-policy= --firmware-setup --boot-loader-menu= --boot-loader-entry= --reboot-argument= --timestamp= --what= --message= --drop-in= --when= --check-inhibitors= -C= --capsule= --system --user --global --runtime --no-reload --no-ask-password --no-block --wait --now --no-wall --no-pager --no-legend --plain --failed -a --all -l --full -r --recursive --reverse --after --before -q --quiet -v --verbose -f --force -T --show-transaction -i --dry-run --value --legend= --read-only --mkdir --marked --stdin',
      inert: '--version',
    },
  },
}
