import { expect, test } from 'vitest'
import type { PolicyRule } from '../../plugin-api/index.ts'
import { checkScript } from './check-script.ts'
import { createExecPolicy } from './exec-policy.ts'

async function isForbidden(rule: string, script: string): Promise<boolean> {
  const rules: PolicyRule[] = [{ pattern: rule.split(' '), decision: 'forbidden', match: [], not_match: [] }]
  const value = { id: 'p', description: '', rules, ruleLines: [1] }
  const policy = createExecPolicy([
    { kind: 'policy', id: 'p', value, origin: { layer: 'user', file: '/p.rules', trusted: true }, shadows: [] },
  ])
  return (await checkScript(script, policy)).answer === 'forbidden'
}

const lines = (text: string) => text.split(' | ')

test.each([
  [
    'acme deploy prod',
    lines(
      'sh ./acme deploy prod | bash acme deploy prod | bash -x ./acme deploy prod | bash -eo pipefail acme deploy prod | . ./acme deploy prod | source ./acme deploy prod | sh -- acme deploy prod | bash --rcfile x acme deploy prod | sh bin/acme.sh deploy prod | command sh ./acme deploy prod | busybox sh ./acme deploy prod | bash $(which acme) deploy prod',
    ),
  ],
  [
    'acme deploy prod',
    lines(
      'python3 acme.py deploy prod | node acme.js deploy prod | node --import tsx bin/acme.ts deploy prod | npx tsx acme.ts deploy prod | python3 -m acme.cli deploy prod | python3 -m acme.__main__ deploy prod | python3 src/acme/__main__.py deploy prod | php acme.phar deploy prod | java -Xmx1g -jar lib/acme-1.2.jar deploy prod | pwsh acme.ps1 deploy prod | ./acme.sh deploy prod | uv run acme.py deploy prod | deno run -A acme.ts deploy prod | bun run acme.ts deploy prod | go run ./cmd/acme deploy prod',
    ),
  ],
  [
    'acme deploy prod',
    lines('python3 $X deploy prod | node "$X" deploy prod | sh "$X" deploy prod | . "$X" deploy prod'),
  ],
  ['gradle publish', lines('sh gradlew publish | bash ./gradlew -q publish')],
  ['gradle publish', lines('java -cp gradle-wrapper.jar org.gradle.wrapper.GradleWrapperMain -q publish')],
  ['mvn deploy', lines('sh ./mvnw deploy | mvnd deploy')],
  [
    'pip install',
    lines(
      'python3 -m runpy pip install x | python3 -m cProfile -o f -m pip install x | python3 -m pdb -c c -m pip install x | python3 -m trace -t --module pip install x | python3 -m trace --trace --module=pip install x | python3 -m coverage run -m pip install x | kernprof -m pip install x | python3 -m cProfile /path/bin/pip install x | sudo -H python3 -m cProfile -m pip install x',
    ),
  ],
  [
    'pip install',
    lines(
      'python3 /path/pip/__main__.py install x | python3 $(python3 -c "import pip;print(pip.__path__[0])") install x | python3 $P install x | python3 -m "$M" install x | python3.13t -m pip install x | py -3.12 -m pip install x | pip-3 install x | pythonw -m pip install x',
    ),
  ],
  ['npm publish', lines('node $(which npm) publish | node `which npm` publish | node $N publish | npm-9 publish')],
  ['make release', lines('mingw32-make release | remake release | colormake -C x release | make-4.3 -j 2 release')],
  ['gem push', lines('gem3.1 push x | gem-3.1 pus x')],
  ['helm uninstall', lines('helm3 uninstall x | microk8s.helm -n x del y')],
  ['kubectl delete', lines('kubectl-1.29 -n x delete y | microk8s.kubectl delete x | kubecolor delete x')],
  ['helm uninstall', lines('microk8s helm uninstall x | microk8s helm3 -n a del x')],
  ['vercel deploy', lines('vc deploy | now deploy | vercel | vercel --prod | vc --prod --cwd x | vercel ./dir')],
  ['yarn install', lines('yarn | yarn --frozen-lockfile')],
  [
    'gcloud compute instances delete',
    lines('gcloud beta compute instances delete x | gcloud --project p alpha compute --zone a instances delete x'),
  ],
  [
    'make release',
    lines(
      "hash -p /usr/bin/make mk; mk release | alias m=make; m release | alias m=make\nm release | alias m='make -k'; m -j 2 release | alias m=make n=m; n release | ln -sf /usr/bin/make mk; ./mk release | ln -sf $(command -v make) mk; sh ./mk release | cp /usr/bin/make mk2 && ./mk2 -C x release | install -m 755 /usr/bin/make /tmp/y; /tmp/y release | mv make y; ./y release",
    ),
  ],
  [
    'make release',
    lines(
      "gdb -batch -ex 'make release' | gdb -batch --eval-command='shell make release' | gdb -eval-command='make release' | vim -c ':make release' | vim -es -c 'silent! make! release' -c 'qa!' | nvim --headless +'make release' +q | vim -c ':term make release' | cmake --build . --target release | cmake --build . -t all release | cmake --build d --target=release -j 4 | cmake --build . -- -k release",
    ),
  ],
  [
    'npm publish',
    lines(
      "npm explore p -- npm publish | npm explore p 'npm publish' | yarn exec 'npm publish' | pnpm -rc exec 'npm publish --tag x' | docker run --rm --entrypoint npm node:20 publish | docker run --entrypoint=/usr/bin/npm -e A=b node publish | docker compose run --entrypoint npm web publish | turbo x -- npm publish",
    ),
  ],
  [
    'docker push',
    lines(
      'docker compose build --push | docker buildx build -o type=image,push=true . | docker build --output=type=registry .',
    ),
  ],
  [
    'gh pr merge',
    lines("gh alias set m 'pr merge'; gh m 1 | gh alias set --shell m 'gh pr merge' | gh alias set p pr; gh p merge"),
  ],
])('a rule about %s holds for each file and each name of the program', async (rule, scripts) => {
  const missed: string[] = []
  for (const script of scripts) if (!(await isForbidden(rule, script))) missed.push(script)
  expect(missed).toEqual([])
})

test.each([
  [
    'acme deploy prod',
    lines(
      'sh ./build.sh deploy prod | bash -c "echo acme deploy prod" | sh ./acme status | sh ./acme deploy qa | python3 build.py deploy prod | node acme.js status | python3 -m acme.cli status | bash build.sh acme deploy prod | . venv/bin/activate | python3 "$DIR/build.py" deploy prod | node "$X" deploy qa',
    ),
  ],
  ['acme', lines('python3 "$X" deploy | node $X')],
  [
    'make release',
    lines(
      "vim release | vim -c 'set makeprg=x' f | cmake --build . --target all | cmake -B release | cmake --build release | cmake --build . --config release --target all | gdb -ex 'run release' ./a | cp make release | ln -s a b; ./b release | hash -r | alias m=make; m test | alias ll='ls -l'; ll release | ln -s /usr/bin/make mk; ./mk test | npm run make release | git commit -m 'make release'",
    ),
  ],
  [
    'npm publish',
    lines(
      "npm explore p -- npm test | npm explore publish | yarn exec 'npm test' | yarn exec echo publish | docker run --entrypoint npm node test | docker run node npm test | pnpm exec tsc | npm run publish | npm test -- publish",
    ),
  ],
  [
    'docker push',
    lines('docker buildx build -o type=local,dest=push . | docker compose build push | docker build -t push .'),
  ],
  ['gh pr merge', lines("gh alias list | gh alias set v 'pr view'; gh v 1 | gh pr list --search 'pr merge'")],
  ['vercel deploy', lines('vercel ls | vc env ls | vercel --version | vercel logs x | vercel --help')],
  ['gcloud compute instances delete', lines('gcloud beta compute instances list | gcloud compute disks delete x')],
  ['make release', lines('sh release | bash make.sh | mingw32-make test | sh ./configure; make test')],
  [
    'pip install',
    lines(
      'python3 -m cProfile -o f -m pytest install | python3 -m cProfile x.py install | python3 setup.py install | python3 -m pdb x.py install | python3 pip.py list | python3 "$HOME/x.py" install | python3 "$DIR/setup.py" install | python3 -m cProfile -m pip list | py -3 -m pytest',
    ),
  ],
  [
    'npm publish',
    lines('node build.js publish | node --test publish | sh scripts/publish.sh | node $(which npm) test'),
  ],
])('a rule about %s is not about another file or another word', async (rule, scripts) => {
  const held: string[] = []
  for (const script of scripts) if (await isForbidden(rule, script)) held.push(script)
  expect(held).toEqual([])
})
