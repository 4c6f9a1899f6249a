import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

async function isForbidden(rule: string, script: string): Promise<boolean> {
  const pattern = rule.split(' ').map((word) => (word.includes('|') ? word.split('|') : word))
  const rules: PolicyRule[] = [{ pattern, decision: 'forbidden', match: [], not_match: [] }]
  const value = { id: 'p', description: '', rules, ruleLines: [1] }
  const policy = createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
  ])
  return (await checkScript(script, policy)).answer === 'forbidden'
}

/** Written so: `BEFORE <REST>`, each of the rests apart by `|`. */
function lines(program: string, rests: string): readonly string[] {
  return rests.split(' | ').map((rest) => (program === '' ? rest : `${program} ${rest}`))
}

const publishes = 'npm|pnpm|yarn|cargo publish'

test.each([
  [
    'make release',
    lines(
      'make',
      'release | -C . release | V=1 release | -f Makefile release | -j 2 release | -k -s release | -l 2 release | -o a release | -W a release | -I d release | --directory d release | --load-average 2 release | test release | V=1 -j2 --dir d a=b build release | -- release | ./release | -ksC d release | --new-option release | --new-option x release | .DEFAULT_GOAL=release | --eval=".DEFAULT_GOAL := release" | "$x" | $x | CC="$x" release | release V=1 | -fx release test | -O release | --debug release | -E "all: release" all',
    ),
  ],
  [
    'make release',
    lines(
      '',
      'gmake release | /usr/bin/make -C . release | env make -C . release | make.exe -C . release | nice make V=1 release | sudo make -C x release',
    ),
  ],
  [
    'rake release',
    lines('rake', 'release | -f Rakefile release | A=1 test release | release[1.0] | -j 2 release | app:release'),
  ],
  [
    'just release',
    lines('just', '-f x release | --set a b release | build release | a=b release | -d . -f x release | mod::release'),
  ],
  [
    'gradle publish',
    lines(
      '',
      './gradlew publish | gradle -p app publish | gradle :app:publish | gradle pub | gradle clean build publish | gradlew -x test publish | gradle -Pa=b publish',
    ),
  ],
  ['gradle publishToMavenLocal', lines('gradle', 'pTML | pubToMav | :a:pTML')],
  [
    'mvn deploy',
    lines(
      '',
      'mvn clean deploy | mvn -f x deploy | ./mvnw -Dx=y deploy | mvn -pl a,b -am deploy | mvn -P x deploy | mvn deploy:deploy | mvn x:deploy',
    ),
  ],
  ['sbt publish', lines('sbt', 'publish | "project a" publish | core/publish | "; clean; publish" | +publish')],
  [
    publishes,
    lines(
      'npm',
      'publish | publis | pu | publ | --loglevel silly publish | --registry https://r.example publish | -w a publish | --prefix a publish | -C a publish | --workspace a --tag b publish | --new-option publish | --new-option x publish | --silent true publish | -- publish | --registry --prefix a publish | "$x" | $x | --userconfig=x publish | --otp 123456 publish | -s -d publish | -dd publish | --loglev silly pu | -reg x publish | stage publish',
    ),
  ],
  [
    publishes,
    lines(
      '',
      'npx npm publish | npx -y npm@10 publish | npm exec -- npm@10 publish | pnpm dlx npm@10 publish | yarn dlx npm@latest publish | bunx npm publish | npm x -y -- npm@10 pu | npx -p npm@10 npm publish | npx -c "npm publish" | npm exec -c "npm -w a publish" | corepack npm publish | node /usr/lib/node_modules/npm/bin/npm-cli.js publish | node -r x.js .yarn/releases/yarn-4.1.0.cjs npm publish | volta run --node 18 npm publish | nvm exec 18 npm publish | npm -c "npm publish" exec',
    ),
  ],
  [
    publishes,
    lines(
      'yarn',
      'publish | --cwd d publish | npm publish | workspace a publish | workspace a npm publish | workspaces foreach -A npm publish | --cwd d workspace a --x npm publish | --cwd=d publish',
    ),
  ],
  [
    publishes,
    lines(
      '',
      'corepack yarn publish | corepack yarn@4.1.0 npm publish | yarnpkg publish | pn publish | corepack --x pnpm@9 publish',
    ),
  ],
  [
    publishes,
    lines(
      'pnpm',
      '-r publish | -C d publish | --filter a publish | -F a publish | recursive publish | m publish | multi publish | -r --filter a publish | --dir d publish',
    ),
  ],
  [
    publishes,
    lines(
      'cargo',
      '+nightly publish | -q publish | -Z x publish | -C d publish | --manifest-path F publish | --config a.b=c publish | --color never publish | +nightly -Z unstable-options -C d publish | --new-option x publish',
    ),
  ],
  [
    publishes,
    lines(
      '',
      'rustup run nightly cargo publish | rustup run --install nightly cargo -q publish | cargo-publish publish',
    ),
  ],
  ['npm install', lines('npm', 'i x | add x | in x | ins x | isntall x | --prefix d i x | instal x')],
  [
    'npm run deploy',
    lines(
      'npm',
      'run deploy | run-script deploy | rum deploy | run --if-present deploy | --silent run deploy | -w a run deploy | run -w a deploy | runScript deploy | run-s deploy',
    ),
  ],
  ['npm test', lines('npm', 't | tst | run test | run-script test | te')],
  ['npm run test', lines('npm', 'test | t | run test')],
  ['npm unpublish', lines('npm', 'unp x | unpub x | --force unpublish x')],
  ['yarn deploy', lines('yarn', 'run deploy | --cwd d deploy | workspace a deploy | workspaces foreach run deploy')],
  ['yarn run deploy', lines('yarn', 'deploy | --cwd d run deploy | workspace a deploy')],
  [
    'pip install',
    lines(
      '',
      'pip --proxy x install y | pip3 install x | pip3.11 install x | python3 -m pip install x | python -m pip --proxy x install y | python3.11 -mpip install x | python3 -Im pip install x | python3 -W ignore -X dev -m pip install x | uv pip install x | uv --directory d pip install x | /usr/bin/pip3 install x | python3 /usr/bin/pip install x | python3 pip.pyz install x | pyth""on3 -m pip install x | uv run pip install x | poetry run pip install x | python3 -m pip --python x install y | pip --new-option x install y',
    ),
  ],
  ['pip3 install', lines('', 'pip install x | pip3.12 install x | python3 -m pip install x')],
  [
    'twine upload',
    lines(
      '',
      'python3 -m twine upload x | uvx twine upload x | uvx twine@5 upload x | uvx --from twine==5 twine upload x | uv tool run twine upload x | pipx run twine upload x | pipx run twine==5.0 upload x | uv run --with twine twine upload x | uv run python -m twine upload x | twine --no-color upload x',
    ),
  ],
  [
    'python -m pip',
    lines('', 'python3 -m pip install x | python3 -mpip list | python -Im pip list | python3 -W x -m pip list'),
  ],
  [
    'poetry publish',
    lines('poetry', '-C d publish | --directory d publish | -P x publish | -n publish | --x y publish'),
  ],
  [
    'git push',
    lines(
      'git',
      'push | -C . push | send-pack ../r HEAD:x | http-push x | -C . send-pack x | subtree push x | --git-dir x push | --new-option x push | -c a.b=c --no-pager push | --namespace x push | --exec-path=x push | -C a -C b push',
    ),
  ],
  [
    'git push',
    lines(
      '',
      'git-push x | /usr/lib/git-core/git-push x | git-send-pack x | hub push | git.exe push | /usr/lib/git-core/git -C . push | GIT_DIR=x git push',
    ),
  ],
  ['git send-pack', lines('', 'git push')],
  ['git stash drop', lines('git', 'stash drop | stash -q drop | -C x stash drop')],
  ['git remote add', lines('git', 'remote -v add x y | remote add x y')],
  ['git branch -D', lines('git', 'branch -D x | branch -d -f x | branch --delete --force x | branch -df x')],
  [
    'kubectl delete',
    lines(
      'kubectl',
      '-n x delete pod y | --context a delete pod y | --as me delete pod y | --context=a delete pod y | -s https://x delete y | --v 5 delete y | -v 5 delete y | -n x --request-timeout 5s delete y | --new-option x delete y | --new-option delete y | -nx delete y',
    ),
  ],
  [
    'kubectl delete pod',
    lines(
      'kubectl',
      'delete pods x | delete po x | delete pod/x | delete svc,pods x | delete -n x pod y | -n x delete --force pod y | delete pods.v1 x',
    ),
  ],
  ['kubectl delete', lines('', 'k3s kubectl delete x | minikube kubectl -- delete x | microk8s kubectl -n x delete y')],
  [
    'docker|podman push',
    lines(
      'docker',
      '-H x push y | --context a push y | --log-level debug push y | -D push y | image push y | -H x image push y | image --x push y | -l debug push y | --config d push y | --new-option x push y',
    ),
  ],
  ['docker|podman push', lines('podman', 'push x | image push x | --connection c push x | --log-level debug push x')],
  ['docker image push', lines('docker', 'push x')],
  ['docker rm', lines('docker', 'container rm x | container remove x | -H x rm y')],
  [
    'docker run --privileged',
    lines('docker', '-H x run --privileged y | container run -it --privileged y | run -it --name x --privileged y'),
  ],
  [
    'docker run --network host',
    lines('docker', 'run --network=host x | run --network host x | run -it --network host x'),
  ],
  [
    'docker compose down',
    lines(
      '',
      'docker compose -f x down | docker-compose down | docker-compose -f x -p y down | docker -H x compose --profile a down',
    ),
  ],
  ['docker-compose down', lines('', 'docker compose down | docker compose -f x down')],
  [
    'helm uninstall',
    lines('helm', 'delete x | del x | un x | -n a uninstall x | --kube-context a uninstall x | -n a del x'),
  ],
  [
    'terraform destroy',
    lines(
      'terraform',
      '-chdir=x destroy | apply -destroy | apply --destroy -auto-approve | -chdir=x apply -auto-approve -destroy | -x y destroy',
    ),
  ],
  ['terraform apply -auto-approve', lines('terraform', 'apply --auto-approve | -chdir=x apply -auto-approve')],
  [
    'gh pr merge',
    lines(
      'gh',
      '-R a/b pr merge 1 | pr -R a/b merge 1 | pr merge -R a/b 1 | --repo a/b pr merge 1 | pr --new x merge 1',
    ),
  ],
  ['gh release create', lines('gh', 'release new x | -R a/b release new x')],
  [
    'systemctl stop',
    lines(
      'systemctl',
      '-H host stop x | -M m stop x | --user stop x | -t service stop x | --host h stop x | -q -H h stop x | -qH h stop x | --job-mode fail stop x | -s KILL stop x | --new x stop y',
    ),
  ],
  ['systemctl stop', lines('', 'service nginx stop | /etc/init.d/nginx stop | invoke-rc.d nginx stop')],
  ['systemctl reboot', lines('systemctl', '--firmware-setup reboot')],
  [
    'apt install',
    lines('', 'apt-get install x | apt-get -o A=b install x | apt -t x install y | apt-get -y -q install x'),
  ],
  ['gem push', lines('gem', 'pus x | push x')],
  ['hg push', lines('hg', 'pus | -R x push | --cwd x pus')],
  ['aws s3 rm', lines('aws', '--profile x s3 rm y | --region x s3 --x rm y | s3 rm y | --debug s3 rm y')],
  ['fly deploy', lines('fly', '-a x deploy | --app x deploy | A=1 deploy | -v deploy')],
  ['tool a|b c', lines('tool', 'a c | b c | -x a -y z c | --x=y a c | x=y b c | -xyz w b --q c')],
  ['git push', lines('git', 'subtree -P x push y z | lfs push x | svn dcommit | for-each-repo --config=x push')],
  ['docker push', lines('docker', 'buildx build --push . | build --push . | compose push')],
  [publishes, lines('', 'node $(which npm) publish | node "$(npm root -g)/npm/bin/npm-cli.js" publish')],
  [
    'pip install',
    lines(
      '',
      'py -3 -m pip install x | python3 -m pip._internal install x | pipx runpip x install y | pip-3.11 install x',
    ),
  ],
  ['pulumi up', lines('pulumi', '-s x update | -C x up')],
  ['composer install', lines('composer', 'i | -d x ins | install')],
  ['brew uninstall', lines('brew', 'rm x | remove x')],
  ['dnf remove', lines('', 'dnf erase x | yum -y remove x')],
  ['pacman -S', lines('pacman', '-Sy x | --sync x | -Syu')],
  ['mix ecto.drop', lines('mix', 'do compile, ecto.drop | ecto.drop')],
  ['svn commit', lines('svn', 'ci -m x | --username x commit')],
  ['tmux kill-server', lines('tmux', '-L x kill-server | kill-ser')],
  ['fly deploy', lines('', 'flyctl -a x deploy')],
  ['turbo run release', lines('', 'npx turbo run build release | turbo release')],
] as const)(
  'a rule about %s holds, whatever stands before its words and by whatever name they go',
  async (rule, scripts) => {
    const missed: string[] = []
    for (const script of scripts) if (!(await isForbidden(rule, script))) missed.push(script)
    expect(missed).toEqual([])
  },
)

test.each([
  [
    'make release',
    lines(
      'make',
      'test | build | -f release test | -C release | --file release | -o release build | release-notes | RELEASE=1 | x=release | build/release | -Crelease build | test release.tar',
    ),
  ],
  [
    publishes,
    lines(
      '',
      'npm run publish | npm run release-notes | npm test | npm --prefix publish test | npm install publish | npm --tag publish view x | pnpm run publish | pnpm -C publish test | cargo --color publish build | cargo build publish | npm view x publish | npm pack | npm exec x publish | yarn add publish | yarn --cwd publish install | yarn run publish',
    ),
  ],
  [
    'git push',
    lines(
      'git',
      'log --grep push | -C push log | stash push | help push | -c push.default=x log | commit -m push | log push | diff -- push | remote set-url --push a b',
    ),
  ],
  ['git push', lines('', 'git-lfs pull | echo git push | git-log push')],
  [
    'pip install',
    lines(
      '',
      'pip --log install list | pip list | python3 -m venv install | python3 install.py | uv pip list | python3 -c "install" | pip show install | python3 -m pip list | uv run install',
    ),
  ],
  [
    'kubectl delete',
    lines(
      'kubectl',
      'get delete | -n delete get x | --context delete get pods | describe pod delete | --namespace=delete get x',
    ),
  ],
  ['kubectl delete pod', lines('kubectl', 'delete svc x | get pod')],
  ['docker push', lines('docker', '--context push ps | image ls | image pull push | -H push ps | ps push')],
  ['docker run --network host', lines('docker', 'run --network bridge x | run x')],
  ['gh pr merge', lines('gh', 'pr view merge | -R pr/merge pr list | pr list --search merge | issue merge')],
  ['systemctl stop', lines('systemctl', 'status stop | -H stop status x | --type stop list-units | list-units')],
  ['systemctl stop', lines('', 'service nginx status | service stop status')],
  ['terraform destroy', lines('terraform', 'plan -destroy | apply | show destroy')],
  ['helm uninstall', lines('helm', 'list | -n uninstall list | install uninstall x')],
  ['npm install', lines('npm', 'run i | ci | init | run install')],
  ['npm run deploy', lines('npm', 'run build | run build deploy | run deploy-docs | test deploy')],
  ['python2', lines('', 'python3 x.py')],
  ['gradle publish', lines('gradle', 'build | test --tests publish | -x publish build')],
  ['apt install', lines('apt', 'list install | -o install list')],
] as const)('a rule about %s is not about what cannot be read so', async (rule, scripts) => {
  const held: string[] = []
  for (const script of scripts) if (await isForbidden(rule, script)) held.push(script)
  expect(held).toEqual([])
})
